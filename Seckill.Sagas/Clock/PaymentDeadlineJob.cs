using Quartz;

namespace Seckill.Sagas.Clock;

/// <summary>Runs <see cref="PaymentDeadlineScan"/> when the clock says so, on one worker at a time.</summary>
[DisallowConcurrentExecution]
public sealed class PaymentDeadlineJob(PaymentDeadlineScan scan, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public Task Execute(IJobExecutionContext context) => scan.RunAsync(time.GetUtcNow(), context.CancellationToken);
}
