using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Sagas.Audit;

/// <summary>
/// Checks that the books of Redis and MySQL balance. It may run at any time, also while orders run: an order on its way is no difference,
/// and one that hides behind others on their way is found. It only reads, page by page, whatever the number of orders.
/// </summary>
public sealed class AuditService(MySqlDatabase database, RedisConnections redis, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditService> logger)
{
    readonly AuditOptions _options = options.Value;

    /// <summary>Audits.</summary>
    /// <exception cref="RedisException">Redis did not answer.</exception>
    /// <exception cref="MySqlConnector.MySqlException">MySQL did not answer.</exception>
    public async Task<AuditReport> RunAsync(AuditScope scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var started = time.GetTimestamp();
        var stock = await redis.Stock.DatabaseAsync().ConfigureAwait(false);
        // Without any activity nothing would be asked of Redis, and books that can't be read would pass for balanced.
        await stock.PingAsync().ConfigureAwait(false);
        var looks = new List<Look>();
        foreach (var activity in await ActivitiesAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            var audit = new ActivityAudit(database, new StockReader(stock, activity.ActivityId), _options, time);
            looks.Add(await audit.RunAsync(activity, scope, cancellationToken).ConfigureAwait(false));
        }

        var across = new Look(_options.MaxFindings);
        await CheckOrphansAsync(across, scope, cancellationToken).ConfigureAwait(false);
        if (scope.ActivityIds is null)
            await LimitChecks.CheckAllAsync(across, database, _options.PageSize, cancellationToken).ConfigureAwait(false);
        await new AcceptedChecks(database, x => new StockReader(stock, x), _options, time).CheckAsync(across, scope, cancellationToken).ConfigureAwait(false);
        across.Conclude();
        looks.Add(across);

        var report = Report(looks, time.GetElapsedTime(started));
        logger.LogInformation("Audit of {Activities} activities and {Orders} orders in {DurationMs} ms: {FindingCount} findings",
            report.Totals.Activities, report.Totals.Orders, report.DurationMs, report.FindingCount);
        return report;
    }

    async Task<IReadOnlyList<ActivityRow>> ActivitiesAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        var activities = await connection.QueryAsync<ActivityRow>(AuditSql.Activities).ConfigureAwait(false);
        return activities.Where(x => scope.Includes(x.ActivityId)).ToList();
    }

    // Both rows are written in one MySQL transaction: one query sees both or neither.
    async Task CheckOrphansAsync(Look look, AuditScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        var orphans = await connection.QueryAsync<OrphanRow>(AuditSql.OrphanTransactions(scope.ActivityIds), new { size = _options.MaxFindings + 1 }).ConfigureAwait(false);
        foreach (var orphan in orphans)
        {
            look.Add(FindingKinds.TransactionWithoutOrder, "a row in orders", $"none, transaction {orphan.State}",
                "The buyer cannot see what was decided", orphan.SkuId, orphan.OrderId, orphan.BuyerId, orphan.ActivityId);
        }
    }

    AuditReport Report(IReadOnlyList<Look> looks, TimeSpan duration)
    {
        var totals = new AuditTotals();
        foreach (var look in looks)
            totals.Add(look.Totals);

        return new AuditReport
        {
            CheckedAt = time.GetUtcNow(),
            DurationMs = (long)duration.TotalMilliseconds,
            Findings = looks.SelectMany(x => x.Findings).ToList(),
            FindingCount = looks.Sum(x => x.FindingCount),
            Notes = looks.SelectMany(x => x.Notes).ToList(),
            Totals = totals,
        };
    }
}
