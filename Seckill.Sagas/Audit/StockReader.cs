using System.Globalization;

using Seckill.Admission.Stock;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Sagas.Audit;

/// <summary>Reads an activity's stock in Redis; changes nothing.</summary>
sealed class StockReader(IDatabase redis, long activityId)
{
    static readonly string StockScript = EmbeddedScript.Read(typeof(StockReader).Assembly, "Audit.Scripts.audit_stock.lua");
    static readonly RedisValue[] RecordFields = ["state", "sku", "buyer", "qty", "epoch", "at"];
    static readonly RedisValue[] MetaFields = ["epoch", "phase"];

    readonly StockKeys _keys = new(activityId);

    /// <summary>Counters and write-ahead entries of one instant.</summary>
    public async Task<StockInstant> ReadAsync(int entriesAtOnce)
    {
        var reply = (RedisResult[]?)await redis.ScriptEvaluateAsync(StockScript,
            [_keys.Meta, _keys.Stock, _keys.Pending], [OrderPrefix, entriesAtOnce]).ConfigureAwait(false);
        var meta = (RedisValue[])reply![0]!;
        var stock = (RedisValue[])reply[1]!;
        var counters = new Dictionary<string, long>();
        for (var i = 0; i + 1 < stock.Length; i += 2)
            counters[(string)stock[i]!] = (long)stock[i + 1];

        return new StockInstant
        {
            Epoch = (string?)meta[0],
            Phase = (string?)meta[1],
            Counters = counters,
            Waiting = (long)reply[2],
            Entries = reply[3].IsNull ? null : ((RedisResult[])reply[3]!).Select(Entry).ToDictionary(x => x.OrderId),
            Now = DateTimeOffset.FromUnixTimeMilliseconds((long)reply[4]),
        };
    }

    /// <summary>Epoch and phase, to see whether a rebuild came between.</summary>
    public async Task<(string? Epoch, string? Phase)> ReadMetaAsync()
    {
        var values = await redis.HashGetAsync(_keys.Meta, MetaFields).ConfigureAwait(false);
        return (values[0], values[1]);
    }

    /// <summary>The records of orders, in the order asked for; null where there is none.</summary>
    public async Task<IReadOnlyList<StockRecord?>> ReadRecordsAsync(IEnumerable<Guid> orderIds)
    {
        var calls = orderIds.Select(x => redis.HashGetAsync(_keys.Order(x), RecordFields)).ToList();
        var replies = await Task.WhenAll(calls).ConfigureAwait(false);
        return replies.Select(x => x[0].IsNull ? null : Record(x)).ToList();
    }

    /// <summary>The next part of all write-ahead entries, where there are too many for one step; the cursor as below.</summary>
    public async Task<(string Cursor, IReadOnlyList<StockEntry> Entries)> ScanEntriesAsync(string cursor, int size)
    {
        var reply = (RedisResult[]?)await redis.ExecuteAsync("ZSCAN", _keys.Pending, cursor, "COUNT", size).ConfigureAwait(false);
        var pairs = (RedisValue[])reply![1]!;
        var orderIds = new List<Guid>(pairs.Length / 2);
        for (var i = 0; i < pairs.Length; i += 2)
            orderIds.Add(Guid.ParseExact((string)pairs[i]!, "D"));

        var records = await ReadRecordsAsync(orderIds).ConfigureAwait(false);
        return ((string)reply[0]!, orderIds.Zip(records, (id, record) => new StockEntry(id, record)).ToList());
    }

    /// <summary>What Redis counts for buyers: units and the latest order, in the order asked for; null where there is nothing.</summary>
    public async Task<IReadOnlyList<BuyerUnits?>> ReadBuyersAsync(IReadOnlyList<string> buyers)
    {
        var values = await redis.HashGetAsync(_keys.Buyers, buyers.Select(x => (RedisValue)x).ToArray()).ConfigureAwait(false);
        return values.Select((x, i) => x.IsNull ? null : Buyer(buyers[i], x)).ToList();
    }

    /// <summary>The next part of all buyers; the cursor starts at "0" and is "0" again after the last part.</summary>
    public async Task<(string Cursor, IReadOnlyList<BuyerUnits> Buyers)> ScanBuyersAsync(string cursor, int size)
    {
        var reply = (RedisResult[]?)await redis.ExecuteAsync("HSCAN", _keys.Buyers, cursor, "COUNT", size).ConfigureAwait(false);
        var pairs = (RedisValue[])reply![1]!;
        var buyers = new List<BuyerUnits>(pairs.Length / 2);
        for (var i = 0; i + 1 < pairs.Length; i += 2)
            buyers.Add(Buyer((string)pairs[i]!, pairs[i + 1]));

        return ((string)reply[0]!, buyers);
    }

    RedisValue OrderPrefix
    {
        get
        {
            var any = (string)_keys.Order(Guid.Empty)!;
            return any[..^Guid.Empty.ToString("D").Length];
        }
    }

    static StockEntry Entry(RedisResult result)
    {
        var parts = (RedisResult[])result!;
        var fields = (RedisValue[])parts[1]!;
        return new StockEntry(Guid.ParseExact((string)parts[0]!, "D"), fields[0].IsNull ? null : Record(fields));
    }

    static StockRecord Record(RedisValue[] fields)
        => new((string)fields[0]!, (long)fields[1], (string)fields[2]!, (int)fields[3], (string?)fields[4],
            DateTimeOffset.FromUnixTimeMilliseconds((long)fields[5]));

    static BuyerUnits Buyer(string buyerId, RedisValue value)
    {
        var parts = ((string)value!).Split('|');
        return new BuyerUnits(buyerId, int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts.Length > 1 && Guid.TryParse(parts[1], out var orderId) ? orderId : null);
    }
}

/// <summary>An activity's stock in Redis at one instant.</summary>
sealed class StockInstant
{
    public required string? Epoch { get; init; }
    public required string? Phase { get; init; }
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>How many write-ahead entries there are.</summary>
    public required long Waiting { get; init; }

    /// <summary>The write-ahead entries; null when there are too many to read in one step.</summary>
    public required IReadOnlyDictionary<Guid, StockEntry>? Entries { get; init; }

    /// <summary>The time by the clock of Redis.</summary>
    public required DateTimeOffset Now { get; init; }

    public bool IsReady => Epoch is not null && Phase == "open";
}

/// <summary>What Redis knows of an order.</summary>
sealed record StockRecord(string State, long SkuId, string BuyerId, int Quantity, string? Epoch, DateTimeOffset AdmittedAt);

/// <summary>A write-ahead entry, with the order's record.</summary>
sealed record StockEntry(Guid OrderId, StockRecord? Record);

/// <summary>What Redis counts for a buyer.</summary>
sealed record BuyerUnits(string BuyerId, int Units, Guid? LatestOrderId);
