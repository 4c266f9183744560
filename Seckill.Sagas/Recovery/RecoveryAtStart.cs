using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Recovery;

/// <summary>
/// Looks once for half-done transactions when a worker starts, whoever's turn the clock says it is: after a crash of all workers nobody
/// should wait for the clock. Tries until it worked; from then on <see cref="UnfinishedTransactionsJob"/> does it.
/// </summary>
sealed class RecoveryAtStart(UnfinishedTransactionScan scan, TimeProvider time, ILogger<RecoveryAtStart> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => StartupRetry.RunAsync(
            "Recovery at start", token => scan.RunAsync(time.GetUtcNow(), token), onFailure: null, time, logger, stoppingToken);
}
