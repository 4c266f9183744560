using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Recovery;

/// <summary>
/// Finds the transactions that a crash or a fault left half-done in MySQL, and has them carried on: prepared ones that stand still though
/// they have time left, and roll-backs, cancellations and refunds whose next retry has come.
/// </summary>
public sealed class UnfinishedTransactionScan(
    DueTransactions transactions, DueScan scan, ClockMetrics metrics, IOptions<ClockOptions> options, ILogger<UnfinishedTransactionScan> logger)
{
    static readonly IReadOnlyList<string> RetriedStates =
        [TransactionStates.RollingBack, TransactionStates.Cancelling, TransactionStates.Refunding];

    readonly RecentlySent _recentlySent = new(TimeSpan.FromSeconds(options.Value.ResendAfterSeconds));

    /// <summary>Sends <see cref="ResumeTransaction"/> for each; returns how many were sent.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var sent = 0;
        foreach (var state in RetriedStates)
        {
            sent += await scan.RunAsync(
                (after, pageSize, token) => transactions.ReadUnfinishedAsync(state, now, after, pageSize, token),
                new NextRetry(transactions, state, TimeSpan.FromSeconds(options.Value.ResendAfterSeconds)),
                Resume,
                now,
                cancellationToken);
        }

        _recentlySent.Forget(now);
        var idleSince = now.AddSeconds(-options.Value.UnfinishedGraceSeconds);
        sent += await scan.RunAsync(
            (after, pageSize, token) => transactions.ReadStalledAsync(TransactionStates.Prepared, now, idleSince, after, pageSize, token),
            _recentlySent,
            Resume,
            now,
            cancellationToken);

        metrics.AddSent(nameof(ResumeTransaction), sent);
        if (sent > 0)
            logger.LogWarning("{Sent} transactions stood half-done and were told to resume", sent);

        return sent;
    }

    static ResumeTransaction Resume(Guid orderId) => new() { OrderId = orderId };
}
