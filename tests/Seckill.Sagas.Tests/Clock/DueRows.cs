using System.Globalization;

using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Ledger;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>Puts rows into <c>order_transaction</c> as the saga would, and reads them.</summary>
sealed class DueRows(MySqlOptions options)
{
    /// <summary>The moment that the tests take for now, with all the digits that the column has.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2030-01-01T12:00:00.123456Z", CultureInfo.InvariantCulture);

    public MySqlDatabase Database { get; } = new(Options.Create(options));

    public async Task<Guid> AddAsync(string state, DateTimeOffset? expiresAt, DateTimeOffset? preparedAt = null, DateTimeOffset? createdAt = null)
        => (await AddManyAsync(1, state, expiresAt, preparedAt, createdAt)).Single();

    public async Task<IReadOnlyList<Guid>> AddManyAsync(
        int count, string state, DateTimeOffset? expiresAt, DateTimeOffset? preparedAt = null, DateTimeOffset? createdAt = null)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync("""
            INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents,
              payment_window_seconds, fencing_token, created_at, prepared_at, expires_at, row_version)
            VALUES (@id, @state, 1, 1, 'alice', 1, 100, 900, 1, @createdAt, @preparedAt, @expiresAt, 1)
            """, ids.Select(id => new
        {
            id = id.ToString(),
            state,
            createdAt = (createdAt ?? Now.AddMinutes(-10)).UtcDateTime,
            preparedAt = preparedAt?.UtcDateTime,
            expiresAt = expiresAt?.UtcDateTime,
        }));
        return ids;
    }

    public async Task SetStateAsync(Guid id, string state)
    {
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync("UPDATE order_transaction SET state = @state WHERE correlation_id = @id", new { id = id.ToString(), state });
    }

    public async Task<DateTimeOffset?> ExpiresAtAsync(Guid id)
    {
        await using var connection = await Database.OpenAsync();
        var value = await connection.ExecuteScalarAsync<DateTime?>(
            "SELECT expires_at FROM order_transaction WHERE correlation_id = @id", new { id = id.ToString() });
        return value is { } utc ? new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)) : null;
    }

    public async Task<int> RowVersionAsync(Guid id)
    {
        await using var connection = await Database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>(
            "SELECT row_version FROM order_transaction WHERE correlation_id = @id", new { id = id.ToString() });
    }
}
