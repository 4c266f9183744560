using System.Text.Json;

using Npgsql;

using NpgsqlTypes;

namespace Seckill.Operations.Archive;

/// <summary>An order as a row of <c>failed_order_archives</c>.</summary>
static class FailedOrderRow
{
    /// <summary>The columns, in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns = """
        archive_id, order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, cause, last_error, state, attempts,
        dead_letter_attempts, payload, payload_is_base64, headers, history, first_failed_at, archived_at, handled_by, handled_at, note, outcome
        """;

    public static FailedOrder Read(NpgsqlDataReader row) => new()
    {
        ArchiveId = row.GetString(0),
        OrderId = Value<Guid>(row, 1),
        ActivityId = Value<long>(row, 2),
        SkuId = Value<long>(row, 3),
        BuyerId = Text(row, 4),
        Quantity = Value<int>(row, 5),
        AmountCents = Value<long>(row, 6),
        Cause = row.GetString(7),
        LastError = row.GetString(8),
        State = Text(row, 9),
        Attempts = row.GetInt32(10),
        DeadLetterAttempts = row.GetInt32(11),
        Payload = row.GetString(12),
        PayloadIsBase64 = row.GetBoolean(13),
        Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(14), ArchiveJson.Options)!,
        History = JsonSerializer.Deserialize<List<FailedAttempt>>(row.GetString(15), ArchiveJson.Options)!,
        FirstFailedAt = row.GetFieldValue<DateTimeOffset>(16),
        ArchivedAt = row.GetFieldValue<DateTimeOffset>(17),
        Handling = row.IsDBNull(18) ? null : new Handling(row.GetString(18), row.GetFieldValue<DateTimeOffset>(19), Text(row, 20), Text(row, 21)),
    };

    public static void Write(FailedOrder order, NpgsqlParameterCollection row)
    {
        Add(row, "archive_id", NpgsqlDbType.Text, order.ArchiveId);
        Add(row, "order_id", NpgsqlDbType.Uuid, order.OrderId);
        Add(row, "activity_id", NpgsqlDbType.Bigint, order.ActivityId);
        Add(row, "sku_id", NpgsqlDbType.Bigint, order.SkuId);
        Add(row, "buyer_id", NpgsqlDbType.Text, order.BuyerId);
        Add(row, "quantity", NpgsqlDbType.Integer, order.Quantity);
        Add(row, "amount_cents", NpgsqlDbType.Bigint, order.AmountCents);
        Add(row, "cause", NpgsqlDbType.Text, order.Cause);
        Add(row, "last_error", NpgsqlDbType.Text, order.LastError);
        Add(row, "state", NpgsqlDbType.Text, order.State);
        Add(row, "attempts", NpgsqlDbType.Integer, order.Attempts);
        Add(row, "dead_letter_attempts", NpgsqlDbType.Integer, order.DeadLetterAttempts);
        Add(row, "payload", NpgsqlDbType.Text, order.Payload);
        Add(row, "payload_is_base64", NpgsqlDbType.Boolean, order.PayloadIsBase64);
        Add(row, "headers", NpgsqlDbType.Jsonb, JsonSerializer.Serialize(order.Headers, ArchiveJson.Options));
        Add(row, "history", NpgsqlDbType.Jsonb, JsonSerializer.Serialize(order.History, ArchiveJson.Options));
        Add(row, "first_failed_at", NpgsqlDbType.TimestampTz, order.FirstFailedAt);
        Add(row, "archived_at", NpgsqlDbType.TimestampTz, order.ArchivedAt);
        Add(row, "handled", NpgsqlDbType.Boolean, order.Handling is not null);
        Add(row, "handled_by", NpgsqlDbType.Text, order.Handling?.By);
        Add(row, "handled_at", NpgsqlDbType.TimestampTz, order.Handling?.At);
        Add(row, "note", NpgsqlDbType.Text, order.Handling?.Note);
        Add(row, "outcome", NpgsqlDbType.Text, order.Handling?.Outcome);
    }

    public static void Write(Handling handling, NpgsqlParameterCollection row)
    {
        Add(row, "by", NpgsqlDbType.Text, handling.By);
        Add(row, "at", NpgsqlDbType.TimestampTz, handling.At);
        Add(row, "note", NpgsqlDbType.Text, handling.Note);
        Add(row, "outcome", NpgsqlDbType.Text, handling.Outcome);
    }

    static void Add(NpgsqlParameterCollection row, string name, NpgsqlDbType type, object? value)
        => row.AddWithValue(name, type, value ?? DBNull.Value);

    static T? Value<T>(NpgsqlDataReader row, int column)
        where T : struct
        => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
