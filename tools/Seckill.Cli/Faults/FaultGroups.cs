using Seckill.Faults;
using Seckill.Operations.Alerts;
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

    /// <summary>Tries that compensation makes: setting <c>Compensation:MaxRetries</c>.</summary>
    public const int MaxRetries = 3;

    /// <summary>Tries that the dead-letter consumer makes: setting <c>Compensation:DeadLetterMaxRetries</c>.</summary>
    public const int DeadLetterMaxRetries = 2;

    static readonly string[] None = [];
    static readonly string[] DeadLettered = [AlertKinds.OrderDeadLettered];
    static readonly string[] Archived = [AlertKinds.OrderDeadLettered, AlertKinds.DeadLetterFailed, AlertKinds.OrderArchived];

    public static readonly IReadOnlyList<FaultGroup> All =
    [
        new()
        {
            Name = "first-retry",
            Story = "the transaction fails, the first retry heals it",
            Point = KnownPoints.AfterPrepared,
            Throws = TransactionAttempts,
            End = TransactionStates.Committed,
            Tries = "1+0",
            Alerts = None,
        },
        new()
        {
            Name = "dead-letter",
            Story = "all retries fail, the dead-letter topic heals it",
            Point = KnownPoints.AfterRedisCommit,
            Throws = TransactionAttempts + MaxRetries,
            End = TransactionStates.Committed,
            Tries = $"{MaxRetries}+1",
            Alerts = DeadLettered,
        },
        GivenUp("given-up", "fails for good, archived; reprocessed one by one", KnownPoints.AfterPrepared, Repair.Single),
        GivenUp(
            "timed-out", "the same, reprocessed in bulk after its time was up", KnownPoints.AfterPrepared, Repair.BulkAfterTimeout,
            TransactionStates.RolledBack),
        GivenUp("unsaved", "fails for good before MySQL has it; reprocessed in bulk", KnownPoints.AfterRedisPrepare, Repair.Bulk),
        new()
        {
            Name = "unpaid",
            Story = "the cancel after the payment deadline fails, the second retry heals it",
            Point = KnownPoints.AfterRedisRelease,
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
            Point = KnownPoints.AfterPrepared,
            End = TransactionStates.Committed,
            Tries = null,
            Alerts = null,
            IsPlacedLast = true,
        },
    ];

    public static FaultGroup Of(string name) => All.First(x => x.Name == name);

    /// <summary>How many orders each group gets: alike, and the rest to the first.</summary>
    public static int Share(FaultGroup group, int orders) => (orders / All.Count) + (group == All[0] ? orders % All.Count : 0);

    /// <summary>Orders that no try helps, and that an operator ends.</summary>
    static FaultGroup GivenUp(string name, string story, FaultPoint point, Repair repair, string end = TransactionStates.Committed) => new()
    {
        Name = name,
        Story = story,
        Point = point,
        End = end,
        Tries = $"{MaxRetries}+{DeadLetterMaxRetries}",
        Alerts = Archived,
        Repair = repair,
    };
}
