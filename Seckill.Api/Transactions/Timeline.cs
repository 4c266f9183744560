using Seckill.Ledger.Transactions;
using Seckill.Operations.CompensationLog;

namespace Seckill.Api.Transactions;

/// <summary>
/// Everything that happened to one order, in order of time: the steps of its transaction, those of its compensation, and the outages for which it may have
/// had to wait.
/// </summary>
static class Timeline
{
    public static IReadOnlyList<TransactionStep> Of(IReadOnlyList<TransactionStep> transaction, IReadOnlyList<CompensationStep> compensation)
        => compensation.Count == 0 ? transaction : [.. transaction.Concat(compensation.Select(Of)).OrderBy(x => x.OccurredAt)];

    static TransactionStep Of(CompensationStep step)
    {
        var attempt = step.Attempt == 0 ? "" : $"attempt {step.Attempt}: ";
        return CompensationStepNames.IsOutage(step.Step)
            ? new TransactionStep(step.Step, $"{step.Cause}: {step.Detail}", step.Instance, step.At, step.DurationMs * 1000)
            : new TransactionStep("compensation." + step.Step, attempt + (step.Detail ?? step.Cause), step.Instance, step.At, step.DurationMs * 1000);
    }
}
