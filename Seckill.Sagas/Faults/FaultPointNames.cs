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

    /// <summary>Every name above.</summary>
    public static FrozenSet<string> All { get; } = typeof(FaultPointNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(x => x.IsLiteral)
        .Select(x => (string)x.GetRawConstantValue()!)
        .ToFrozenSet(StringComparer.Ordinal);
}
