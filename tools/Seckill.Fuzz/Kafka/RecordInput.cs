using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Confluent.Kafka;

using Seckill.Contracts;
using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Kafka;

namespace Seckill.Fuzz.Kafka;

/// <summary>What must become of a record.</summary>
enum RecordFate
{
    /// <summary>Nobody can read it: it goes to the dead-letter topic as it is, or, when it is there already, into the archive.</summary>
    Unreadable,

    /// <summary>It has no value, and is skipped.</summary>
    Skipped,

    /// <summary>It can be read, whatever becomes of it.</summary>
    Readable,

    /// <summary>The broker takes no record of its size.</summary>
    TooLarge,
}

/// <summary>One record.</summary>
sealed record RecordInput(string Topic, byte[]? Key, byte[]? Value, Headers Headers, RecordFate Fate);

/// <summary>Makes records for all topics: random bytes, half messages, older and newer versions, wrong kinds, wrong keys and headers.</summary>
sealed class RecordInputs(FuzzRun run)
{
    /// <summary>What a broker takes at most unless it is told otherwise.</summary>
    public const int MostBytes = 1_000_000;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    static readonly (string Topic, string[] Required)[] Topics =
    [
        (TopicNames.OrderEvents, ["orderId", "activityId", "skuId", "buyerId", "quantity", "unitPriceCents", "admittedAt", "paymentWindowSeconds"]),
        (TopicNames.Compensation, ["request", "source", "cause", "error", "failedAt"]),
        (TopicNames.CompensationDeadLetter, ["request", "cause", "error", "attempts", "firstFailedAt"]),
        (TopicNames.OrderResults, ["orderId", "activityId", "skuId", "buyerId", "quantity", "amountCents", "status", "createdAt", "changedAt"]),
        (TopicNames.StockEvents, ["activityId", "cause", "occurredAt"]),
    ];

    public RecordInput Make(Dice dice)
    {
        var (topic, required) = dice.Percent(50) ? Topics[0] : dice.Pick(Topics);
        var (value, fate) = dice.Number(0, 99) switch
        {
            < 20 => (dice.Bytes(dice.Number(0, 400)) is { } random && IsJson(random) ? "x"u8.ToArray() : dice.Bytes(dice.Number(1, 400)), RecordFate.Unreadable),
            < 35 => (JsonText.Truncated(dice, Message(dice, topic, run.Watched)), RecordFate.Unreadable),
            < 50 => (JsonText.Without(dice, Message(dice, topic, run.Watched), required), RecordFate.Unreadable),
            < 65 => (JsonText.WrongKind(dice, Message(dice, topic, run.Watched)), RecordFate.Unreadable),
            < 75 => (NoMessage(dice, Message(dice, topic, run.Watched)), RecordFate.Unreadable),
            < 90 => (Null(dice, Message(dice, topic, run.Watched), required), RecordFate.Unreadable),
            < 94 => (null, RecordFate.Skipped),
            // An order that Redis has never heard of is a good order: Redis may have lost it. There are few of them.
            < 96 => (JsonText.WithUnknown(dice, Message(dice, topic, run.Open)), RecordFate.Readable),
            < 97 => (JsonText.Without(dice, Message(dice, topic, run.Open), ["idempotencyKey", "reason", "payBy", "history"]), RecordFate.Readable),
            _ => dice.OneIn(20) ? Large(dice) : (dice.OneIn(4) ? Odd(dice, topic) : Message(dice, topic, run.Open), RecordFate.Readable),
        };
        if (value is { Length: 0 } && fate == RecordFate.Unreadable)
            value = "x"u8.ToArray();
        return new RecordInput(topic, Key(dice), value, Headers(dice), fate);
    }

    /// <summary>A message of the topic, for a sale.</summary>
    public static byte[] Message(Dice dice, string topic, Sale sale)
    {
        var now = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000);
        var request = new SeckillRequested
        {
            OrderId = dice.Id(),
            ActivityId = sale.ActivityId,
            SkuId = 1,
            BuyerId = $"kafka-{dice.Number(0, 999_999_999)}",
            Quantity = 1,
            UnitPriceCents = 9_900,
            AdmittedAt = now,
            PaymentWindowSeconds = 86_400 * 7,
        };
        return topic switch
        {
            TopicNames.OrderEvents => JsonSerializer.SerializeToUtf8Bytes(request, Json),
            TopicNames.Compensation => JsonSerializer.SerializeToUtf8Bytes(
                new CompensateOrder { Request = request, Source = nameof(SeckillRequested), Cause = "redis", Error = "fuzz", FailedAt = now }, Json),
            TopicNames.CompensationDeadLetter => JsonSerializer.SerializeToUtf8Bytes(
                new CompensationDeadLetter { Request = request, Cause = "redis", Error = "fuzz", Attempts = 3, FirstFailedAt = now }, Json),
            TopicNames.OrderResults => JsonSerializer.SerializeToUtf8Bytes(
                new OrderStatusChanged
                {
                    OrderId = request.OrderId,
                    ActivityId = sale.ActivityId,
                    SkuId = 1,
                    BuyerId = request.BuyerId,
                    Quantity = 1,
                    AmountCents = 9_900,
                    Status = OrderStatus.Confirmed,
                    CreatedAt = now,
                    ChangedAt = now,
                }, Json),
            _ => JsonSerializer.SerializeToUtf8Bytes(new StockChanged { ActivityId = sale.ActivityId, SkuId = 1, Cause = "returned", OccurredAt = now }, Json),
        };
    }

    /// <summary>Read without trouble, and nonsense: it must end somewhere, and hold nobody up.</summary>
    byte[] Odd(Dice dice, string topic)
    {
        var root = JsonNode.Parse(Message(dice, topic, run.Open))!.AsObject();
        var order = root["request"]?.AsObject() ?? root;
        switch (dice.Number(0, 7))
        {
            case 0:
                order["quantity"] = dice.Pick([0, -1, int.MinValue, int.MaxValue, 1001]);
                break;
            case 1:
                order["skuId"] = dice.Pick([0L, -1L, 99L, long.MaxValue, long.MinValue]);
                break;
            case 2:
                order["buyerId"] = Strange.Text(dice);
                break;
            case 3:
                order["idempotencyKey"] = Strange.Text(dice);
                break;
            case 4:
                order["unitPriceCents"] = dice.Pick([0L, -1L, long.MaxValue, long.MinValue]);
                break;
            case 5:
                order["paymentWindowSeconds"] = dice.Pick([0, -1, int.MinValue, int.MaxValue]);
                break;
            case 6:
                order["admittedAt"] = dice.Pick(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59Z"]);
                break;
            default:
                order["orderId"] = dice.Pick([Guid.Empty.ToString(), Guid.AllBitsSet.ToString()]);
                break;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>Around the size that a broker takes at most.</summary>
    static (byte[] Value, RecordFate Fate) Large(Dice dice)
    {
        var length = dice.Pick([500_000, 900_000, 990_000, 997_000, MostBytes + 100_000, MostBytes * 3]);
        return (Encoding.ASCII.GetBytes(new string('x', length)), length > MostBytes ? RecordFate.TooLarge : RecordFate.Unreadable);
    }

    static byte[] NoMessage(Dice dice, byte[] example)
    {
        var bytes = JsonText.NoObject(dice, example);
        return IsJson(bytes) && bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? "{}"u8.ToArray() : bytes;
    }

    static byte[] Null(Dice dice, byte[] example, string[] required)
    {
        var root = JsonNode.Parse(example)!.AsObject();
        root[dice.Pick(required)] = null;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    static byte[]? Key(Dice dice) => dice.Number(0, 4) switch
    {
        0 => null,
        1 => [],
        2 => dice.Bytes(dice.Number(1, 100)),
        3 => Encoding.UTF8.GetBytes(Strange.Text(dice)),
        _ => Encoding.UTF8.GetBytes(dice.Id().ToString()),
    };

    static Headers Headers(Dice dice)
    {
        var headers = new Headers();
        for (var i = dice.Percent(60) ? 0 : dice.Number(1, 6); i > 0; i--)
        {
            var name = dice.Pick([
                KafkaHeaderNames.MessageId, KafkaHeaderNames.CorrelationId, KafkaHeaderNames.SentTime, KafkaHeaderNames.MessageType, KafkaHeaderNames.TraceParent,
                KafkaHeaderNames.DeadLetterReason, KafkaHeaderNames.DeadLetterAttempts, "x", "", "\0", "é", new string('h', 300), $"x{dice.Number(0, 99).ToString(CultureInfo.InvariantCulture)}",
            ]);
            headers.Add(name, dice.Number(0, 3) switch { 0 => [], 1 => dice.Bytes(dice.Number(1, 60)), _ => Encoding.UTF8.GetBytes(Strange.Text(dice)) });
        }

        return headers;
    }

    static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
