using System.Reflection;

using static Seckill.Faults.FaultProcesses;

namespace Seckill.Faults;

/// <summary>
/// Every fault point: one for each step between two effects that others can see. docs/fault-points.md is written from this list.
/// </summary>
public static class KnownPoints
{
#pragma warning disable CS1591 // Each says in its own text where it stands.
    public static readonly FaultPoint AfterRedisPrepare = After(Worker, "after-redis-prepare", "Redis has prepared the reservation, MySQL knows nothing of the order");
    public static readonly FaultPoint BeforeMySqlCommit = Before(
        Worker, "before-mysql-commit", "a batch of first writes or decisions is written by the group commit, its COMMIT is not sent", ofMany: true);
    public static readonly FaultPoint AfterMySqlCommit = After(
        Worker, "after-mysql-commit", "a batch of first writes or decisions is durable, none of its waiters knows", ofMany: true);
    public static readonly FaultPoint AfterPrepared = After(
        Worker, "after-prepared", "the transaction is durably Prepared, neither participant has been asked to commit");
    public static readonly FaultPoint AfterRedisCommit = After(Worker, "after-redis-commit", "Redis has committed, MySQL still says Prepared");
    public static readonly FaultPoint AfterDecision = After(Worker, "after-decision", "the decision is durable, nobody was told");
    public static readonly FaultPoint AfterRollbackWritten = After(
        Worker, "after-rollback-written", "RollingBack is durable, the units are still reserved in Redis");
    public static readonly FaultPoint AfterCancelWritten = After(Worker, "after-cancel-written", "Cancelling is durable, the units are still sold in Redis");
    public static readonly FaultPoint AfterRedisRelease = After(
        Worker, "after-redis-release", "Redis has given the units back, MySQL still says RollingBack, Cancelling or Refunding");
    public static readonly FaultPoint AfterCompensationBegun = After(
        Worker, "after-compensation-begun", "an order's compensation is in MySQL, its first attempt is not scheduled");
    public static readonly FaultPoint AfterAttemptStarted = After(
        Worker, "after-attempt-started", "a worker has taken an attempt of compensation and has not made it");
    public static readonly FaultPoint AfterAttemptSucceeded = After(
        Worker, "after-attempt-succeeded", "an attempt has brought the order to its end, and its compensation does not know");
    public static readonly FaultPoint AfterAttemptFailed = After(Worker, "after-attempt-failed", "a failed attempt is in MySQL, nothing follows from it yet");
    public static readonly FaultPoint BeforeDeadLetterAttempt = Before(
        Worker, "before-dead-letter-attempt", "the dead-letter consumer has taken an order and not tried it");
    public static readonly FaultPoint AfterArchived = After(Worker, "after-archived", "an order is in the archive, and MySQL says it is a dead letter");
#pragma warning restore CS1591

    /// <summary>Every point above, in its order. (Below them all: it is made of what they are by then.)</summary>
    public static IReadOnlyList<FaultPoint> All { get; } = List();

    /// <summary>The point of this name; null when there is none.</summary>
    public static FaultPoint? Find(string name) => All.FirstOrDefault(x => x.Name == name);

    static FaultPoint Before(FaultProcesses processes, string name, string where, bool ofMany = false) => new(name, processes, where, afterEffect: false, ofMany);

    static FaultPoint After(FaultProcesses processes, string name, string where, bool ofMany = false) => new(name, processes, where, afterEffect: true, ofMany);

    static List<FaultPoint> List()
    {
        var points = typeof(KnownPoints).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (FaultPoint)x.GetValue(null)!).ToList();
        for (var i = 0; i < points.Count; i++)
            points[i].Index = i;

        return points;
    }
}
