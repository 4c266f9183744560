using Quartz;

namespace Seckill.Sagas.Clock;

/// <summary>Runs <see cref="SuspendedTransactionScan"/> when the clock says so, on one worker at a time.</summary>
[DisallowConcurrentExecution]
public sealed class SuspendedTransactionsJob(SuspendedTransactionScan scan, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public Task Execute(IJobExecutionContext context) => scan.RunAsync(time.GetUtcNow(), context.CancellationToken);
}
