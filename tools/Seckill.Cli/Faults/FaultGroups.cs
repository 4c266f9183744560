using Seckill.Operations.Alerts;
using Seckill.Sagas.Faults;
using Seckill.Sagas.Transactions;

namespace Seckill.Cli.Faults;

/// <summary>
/// The groups of a demo of faults. A worker's transaction tries an order twice, compensation three times, the dead-letter consumer twice: the counts
/// of throws below say which of these tries is the first that succeeds.
/// </summary>
static class FaultGroups
{
    /// <summary>Tries that the transaction itself makes: setting <c>Compensation:TransactionAttempts</c>.</summary>
    public const int TransactionAttempts = 2;

    static readonly string[] None = [];
    static readonly string[] DeadLettered = [AlertKinds.OrderDeadLettered];
    static readonly string[] Archived = [AlertKinds.OrderDeadLettered, AlertKinds.DeadLetterFailed, AlertKinds.OrderArchived];

    public static readonly IReadOnlyList<FaultGroup> All =
    [
        new()
        {
            Name = "first-retry",
            Story = "the transaction fails, the first retry heals it",
            Point = FaultPointNames.AfterPrepared,
            Throws = TransactionAttempts,
            End = TransactionStates.Committed,
            Tries = "1+0",
            Alerts = None,
        },
        new()
        {
            Name = "dead-letter",
            Story = "all retries fail, the dead-letter topic heals it",
            Point = FaultPointNames.AfterRedisCommit,
            Throws = TransactionAttempts + 3,
            End = TransactionStates.Committed,
            Tries = "3+1",
            Alerts = DeadLettered,
        },
        new()
        {
            Name = "given-up",
            Story = "fails for good, archived; reprocessed one by one",
            Point = FaultPointNames.AfterPrepared,
            End = TransactionStates.Committed,
            Tries = "3+2",
            Alerts = Archived,
            Repair = Repair.Single,
        },
        new()
        {
            Name = "timed-out",
            Story = "the same, reprocessed in bulk after its time was up",
            Point = FaultPointNames.AfterPrepared,
            End = TransactionStates.RolledBack,
            Tries = "3+2",
            Alerts = Archived,
            Repair = Repair.BulkAfterTimeout,
        },
        new()
        {
            Name = "unsaved",
            Story = "fails for good before MySQL has it; reprocessed in bulk",
            Point = FaultPointNames.AfterRedisPrepare,
            End = TransactionStates.Committed,
            Tries = "3+2",
            Alerts = Archived,
            Repair = Repair.Bulk,
        },
        new()
        {
            Name = "unpaid",
            Story = "the cancel after the payment deadline fails, the second retry heals it",
            Point = FaultPointNames.AfterRedisRelease,
            Throws = TransactionAttempts + 1,
            End = TransactionStates.Cancelled,
            Tries = "2+0",
            Alerts = None,
            IsUnpaid = true,
        },
        new()
        {
            Name = "on-the-move",
            Story = "being retried while the workers are restarted without faults",
            Point = FaultPointNames.AfterPrepared,
            End = TransactionStates.Committed,
            Tries = null,
            Alerts = null,
            IsPlacedLast = true,
        },
    ];

    public static FaultGroup Of(string name) => All.First(x => x.Name == name);

    /// <summary>How many orders each group gets: alike, and the rest to the first.</summary>
    public static int Share(FaultGroup group, int orders) => (orders / All.Count) + (group == All[0] ? orders % All.Count : 0);
}
