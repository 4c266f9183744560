using System.Collections.Frozen;
using System.Reflection;

namespace Seckill.Sagas.Faults;

/// <summary>The places in an order's way where a test may make a worker crash, fail or hesitate: one per crash window of the protocol.</summary>
public static class FaultPointNames
{
    /// <summary>Redis has prepared the reservation, MySQL knows nothing of the order.</summary>
    public const string AfterRedisPrepare = "after-redis-prepare";

    /// <summary>A batch of the group commit is written, its COMMIT is not sent.</summary>
    public const string BeforeMySqlCommit = "before-mysql-commit";

    /// <summary>A batch of the group commit is durable, none of its waiters knows.</summary>
    public const string AfterMySqlCommit = "after-mysql-commit";

    /// <summary>The transaction is durably Prepared, neither participant has been asked to commit.</summary>
    public const string AfterPrepared = "after-prepared";

    /// <summary>Redis has committed, MySQL still says Prepared.</summary>
    public const string AfterRedisCommit = "after-redis-commit";

    /// <summary>The decision is durable, nobody was told.</summary>
    public const string AfterDecision = "after-decision";

    /// <summary>RollingBack is durable, the units are still reserved in Redis.</summary>
    public const string AfterRollbackWritten = "after-rollback-written";

    /// <summary>Cancelling is durable, the units are still sold in Redis.</summary>
    public const string AfterCancelWritten = "after-cancel-written";

    /// <summary>Redis has given the units back, MySQL still says RollingBack, Cancelling or Refunding.</summary>
    public const string AfterRedisRelease = "after-redis-release";

    /// <summary>An order's compensation is in MySQL, its first attempt is not scheduled.</summary>
    public const string AfterCompensationBegun = "after-compensation-begun";

    /// <summary>A worker has taken an attempt of compensation and has not made it.</summary>
    public const string AfterAttemptStarted = "after-attempt-started";

    /// <summary>An attempt has brought the order to its end, and its compensation does not know.</summary>
    public const string AfterAttemptSucceeded = "after-attempt-succeeded";

    /// <summary>A failed attempt is in MySQL, nothing follows from it yet.</summary>
    public const string AfterAttemptFailed = "after-attempt-failed";

    /// <summary>The dead-letter consumer has taken an order and not tried it.</summary>
    public const string BeforeDeadLetterAttempt = "before-dead-letter-attempt";

    /// <summary>An order is in the archive, and MySQL says it is a dead letter.</summary>
    public const string AfterArchived = "after-archived";

    /// <summary>Those that a batch passes, and no single order: a fault there can't be for some orders only.</summary>
    public static FrozenSet<string> OfBatches { get; } = new[] { BeforeMySqlCommit, AfterMySqlCommit }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every name above.</summary>
    public static FrozenSet<string> All { get; } = typeof(FaultPointNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(x => x.IsLiteral)
        .Select(x => (string)x.GetRawConstantValue()!)
        .ToFrozenSet(StringComparer.Ordinal);
}
