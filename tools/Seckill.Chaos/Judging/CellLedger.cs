using Dapper;

using Seckill.Cli.Demo;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Compensation;

namespace Seckill.Chaos.Judging;

/// <summary>What cells write to MySQL, and read from it.</summary>
sealed class CellLedger(MySqlDatabase database, ActivityCatalog catalog)
{
    // Nobody's time to pay is up while a cell lasts, whatever a clock says.
    const int PaymentWindowSeconds = 3600;

    public Task AddActivityAsync(long activityId, string name, int stock, CancellationToken cancellationToken)
        => OpenActivity.AddAsync(catalog, activityId, name, stock, PaymentWindowSeconds, DateTimeOffset.UtcNow, cancellationToken);

    /// <summary>The orders of an activity.</summary>
    public async Task<IReadOnlyList<WrittenOrder>> OrdersAsync(long activityId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. (await connection.QueryAsync<(Guid Id, string BuyerId, string Status)>(
            "SELECT order_id, buyer_id, status FROM orders WHERE activity_id = @activityId", new { activityId })).Select(x => new WrittenOrder(x.Id, x.BuyerId, x.Status))];
    }

    /// <summary>Which of these orders are being compensated, and how far that is.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> CompensatedAsync(IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken)
    {
        if (orderIds.Count == 0)
            return new Dictionary<Guid, string>();

        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(Guid Id, string Status)>(
            "SELECT order_id, status FROM compensation WHERE order_id IN @ids", new { ids = orderIds.Select(x => x.ToString("D")) })).ToDictionary(x => x.Id, x => x.Status);
    }

    /// <summary>Payments of orders that are not paid (any more), as long as the provider has not given them back.</summary>
    public async Task<IReadOnlyList<string>> OwedPaymentsAsync(long activityId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(
            """
            SELECT p.payment_id FROM orders o JOIN development_payments p ON p.order_id = o.order_id
            WHERE o.activity_id = @activityId AND o.status <> 'paid' AND p.refunded_at IS NULL
            """,
            new { activityId })];
    }

    /// <summary>Whether compensation has given an order up, so that a person has to end it.</summary>
    public static bool IsGivenUp(string status) => status == CompensationStatus.Archived;
}
