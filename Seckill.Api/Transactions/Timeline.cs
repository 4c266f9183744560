using Seckill.Ledger.Transactions;
using Seckill.Operations.CompensationLog;

namespace Seckill.Api.Transactions;

/// <summary>Everything that happened to one order, in order of time: the steps of its transaction and those of its compensation.</summary>
static class Timeline
{
    public static IReadOnlyList<TransactionStep> Of(IReadOnlyList<TransactionStep> transaction, IReadOnlyList<CompensationStep> compensation)
        => compensation.Count == 0 ? transaction : [.. transaction.Concat(compensation.Select(Of)).OrderBy(x => x.OccurredAt)];

    static TransactionStep Of(CompensationStep step)
    {
        var attempt = step.Attempt == 0 ? "" : $"attempt {step.Attempt}: ";
        return new TransactionStep("compensation." + step.Step, attempt + (step.Detail ?? step.Cause), step.Instance, step.At, step.DurationMs * 1000);
    }
}
