using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Clock;

/// <summary>Finds the committed orders that were not paid in time, and has them cancelled.</summary>
public sealed class PaymentDeadlineScan(
    DueTransactions transactions, DueScan scan, ClockMetrics metrics, IOptions<ClockOptions> options, ILogger<PaymentDeadlineScan> logger)
{
    readonly RecentlySent _recentlySent = new(TimeSpan.FromSeconds(options.Value.ResendAfterSeconds));

    /// <summary>Sends <see cref="PaymentDeadlineReached"/> for each; returns how many were sent.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        _recentlySent.Forget(now);
        var sent = await scan.RunAsync(
            (after, pageSize, token) => transactions.ReadDueAsync(TransactionStates.Committed, now, after, pageSize, token),
            _recentlySent,
            orderId => new PaymentDeadlineReached { OrderId = orderId },
            now,
            cancellationToken);
        metrics.AddSent(nameof(PaymentDeadlineReached), sent);
        if (sent > 0)
            logger.LogInformation("{Sent} orders passed their payment deadline", sent);

        return sent;
    }
}
