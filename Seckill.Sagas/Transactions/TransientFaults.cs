using Seckill.Admission.Stock;
using Seckill.Sagas.GroupCommit;

using StackExchange.Redis;

namespace Seckill.Sagas.Transactions;

/// <summary>Tells faults that pass (a dependency is down, restarting or busy) from those that stay however often one tries.</summary>
public static class TransientFaults
{
    /// <summary>Whether the same message may be handled later without anything else changing.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        StockNotReadyException or TransactionLockedException or TransactionConflictException => true,
        RedisConnectionException or RedisTimeoutException => true,
        RedisServerException server => server.Message.StartsWith("LOADING", StringComparison.Ordinal)
            || server.Message.StartsWith("BUSY", StringComparison.Ordinal)
            || server.Message.StartsWith("READONLY", StringComparison.Ordinal)
            || server.Message.StartsWith("MASTERDOWN", StringComparison.Ordinal)
            || server.Message.StartsWith("TRYAGAIN", StringComparison.Ordinal),
        AggregateException aggregate => aggregate.InnerExceptions.All(IsTransient),
        _ => MySqlFaults.IsTransient(exception) || (exception.InnerException is { } inner && IsTransient(inner)),
    };
}
