using BenchmarkDotNet.Attributes;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.MicroBench;

/// <summary>The text of a full batch's first write, for each order in it: what is sent to MySQL for order, saga and log.</summary>
public class Statements
{
    const int Orders = 512;

    readonly List<PendingRow<FirstWrite, LedgerOutcome>> _rows = [.. Enumerable.Range(0, Orders).Select(x => new PendingRow<FirstWrite, LedgerOutcome>(
        new FirstWrite(Order(x), TransactionStates.Prepared, DateTimeOffset.UnixEpoch.AddYears(56), DateTimeOffset.UnixEpoch.AddYears(56))))];

    [Benchmark(OperationsPerInvoke = Orders)]
    public int Prepare() => PrepareBatch.Statements(_rows, PrepareBatch.Taken(_rows)).Count;

    static OrderTransactionState Order(int number) => OrderTransactionState.Begin(new SeckillRequested
    {
        OrderId = Guid.CreateVersion7(),
        ActivityId = 1_790_000_000_000_001,
        SkuId = 1,
        BuyerId = $"bench-1790000000000001-{number}",
        Quantity = 1,
        UnitPriceCents = 9_900,
        AdmittedAt = DateTimeOffset.UnixEpoch.AddYears(56),
        PaymentWindowSeconds = 900,
        IdempotencyKey = $"bench-1790000000000001-{number}",
    });
}
