using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Clock;

/// <summary>Finds the suspended transactions, undecided past their time-out, and has them rolled back.</summary>
public sealed class SuspendedTransactionScan(
    DueTransactions transactions, DueScan scan, ClockMetrics metrics, IOptions<ClockOptions> options, ILogger<SuspendedTransactionScan> logger)
{
    readonly RecentlySent _recentlySent = new(TimeSpan.FromSeconds(options.Value.ResendAfterSeconds));

    /// <summary>Sends <see cref="TransactionTimedOut"/> for each; returns how many were sent.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var suspended = await transactions.CountDueAsync(TransactionStates.Prepared, now, cancellationToken);
        metrics.SetSuspended(suspended);
        _recentlySent.Forget(now);
        if (suspended == 0)
            return 0;

        logger.LogWarning("{Suspended} transactions are undecided past their time-out", suspended);
        var sent = await scan.RunAsync(
            (after, pageSize, token) => transactions.ReadDueAsync(TransactionStates.Prepared, now, after, pageSize, token),
            _recentlySent,
            orderId => new TransactionTimedOut { OrderId = orderId },
            now,
            cancellationToken);
        metrics.AddSent(nameof(TransactionTimedOut), sent);
        return sent;
    }
}
