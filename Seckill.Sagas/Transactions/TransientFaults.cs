using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Ledger;

namespace Seckill.Sagas.Transactions;

/// <summary>Tells faults that pass (a dependency is down, restarting or busy) from those that stay however often one tries.</summary>
public static class TransientFaults
{
    /// <summary>Whether the same message may be handled later without anything else changing.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        StockNotReadyException or TransactionLockedException or TransactionConflictException => true,
        AggregateException aggregate => aggregate.InnerExceptions.All(IsTransient),
        _ => RedisFaults.IsTransient(exception) || MySqlFaults.IsTransient(exception) || (exception.InnerException is { } inner && IsTransient(inner)),
    };
}
