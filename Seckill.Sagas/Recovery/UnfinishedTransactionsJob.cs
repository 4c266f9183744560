using Quartz;

namespace Seckill.Sagas.Recovery;

/// <summary>Runs <see cref="UnfinishedTransactionScan"/> when the clock says so, on one worker at a time.</summary>
[DisallowConcurrentExecution]
public sealed class UnfinishedTransactionsJob(UnfinishedTransactionScan scan, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public Task Execute(IJobExecutionContext context) => scan.RunAsync(time.GetUtcNow(), context.CancellationToken);
}
