using System.Collections.Concurrent;

using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests.Rebuild;

/// <summary>
/// Orders run through all their steps, stop at any of them and are recovered, while the stock is rebuilt again and again and Redis loses
/// everything twice. The steps come in the order that the saga keeps: Redis first when going forward, MySQL first when going back.
/// </summary>
[Collection(LedgerTests.Name)]
public class Rebuild_beside_orders_Specs(LedgerDatabase ledger)
{
    const int Buyers = 150;
    const int OrdersOfEach = 4;
    const int Rebuilds = 6;
    const int Total = 200;
    const int Limit = 3;

    int _rebuilds;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Should_keep_the_books(int seed)
    {
        await using var server = await RedisServer.StartAsync();
        await using var sale = await Sale.CreateAsync(ledger, Total, Limit, redis: server,
            options: new AdmissionOptions { RebuildChunkOrders = 20, RelayRepeatSeconds = 1 });
        await sale.WarmUpAsync();
        var stopped = new ConcurrentBag<StockReservation>();
        using var over = new CancellationTokenSource();

        var rebuilds = DisturbAsync(sale, new Random(seed), over.Token);
        await Task.WhenAll(Enumerable.Range(0, Buyers).Select(x => BuyAsync(sale, x, new Random((seed * 10_000) + x), stopped)));
        await over.CancelAsync();
        await rebuilds;

        foreach (var order in stopped)
            await RecoverAsync(sale, order);
        await Eventually.HoldsAsync(async () =>
        {
            await ReadyAsync(() => sale.Relay.PassAsync(default));
            foreach (var order in sale.Kafka.Published)
                await RecoverAsync(sale, StockReservation.Of(order));
            return await sale.Stock.PendingAsync() == 0;
        }, "every entry comes to an end");

        var units = await sale.UnitsAsync();
        var sold = units.GetValueOrDefault(OrderStatus.Confirmed);
        units.GetValueOrDefault(OrderStatus.Pending).ShouldBe(0);
        sold.ShouldBeInRange(1, Total);
        await sale.Stock.ShouldHaveAsync(Total - sold, 0, sold);
        var buyers = await (await sale.Stock.DatabaseAsync()).HashGetAllAsync(sale.Stock.Keys.Buyers);
        var held = buyers.Select(x => int.Parse(((string)x.Value!).Split('|')[0])).ToList();
        held.Sum().ShouldBe((int)sold);
        held.ShouldAllBe(x => x <= Limit);
    }

    async Task BuyAsync(Sale sale, int buyer, Random random, ConcurrentBag<StockReservation> stopped)
    {
        for (var i = 0; i < OrdersOfEach || Volatile.Read(ref _rebuilds) < Rebuilds; i++)
        {
            var quantity = random.Next(1, Limit);
            var result = await ReadyAsync(async () =>
            {
                var answer = await sale.Stock.AdmitAsync($"buyer-{buyer}", quantity, $"key-{i}");
                return answer.Outcome == AdmissionOutcome.NotReady ? throw new StockNotReadyException(sale.Stock.ActivityId) : answer;
            });
            if (result.Requested is not { } request)
                continue;

            var order = StockReservation.Of(request);
            if (!await RunAsync(sale, order, random))
                stopped.Add(order);
        }
    }

    /// <summary>The steps of one transaction; false when it stopped somewhere in between.</summary>
    static async Task<bool> RunAsync(Sale sale, StockReservation order, Random random)
    {
        bool Stops() => random.Next(12) == 0;

        if (Stops())
            return false;

        var prepared = await ReadyAsync(() => sale.Stock.Participant.PrepareAsync(order));
        if (prepared is PrepareOutcome.SoldOut or PrepareOutcome.LimitReached or PrepareOutcome.Released)
        {
            await sale.PutAsync(order, OrderStatus.Failed);
            return !Stops() && await ReleaseAsync(sale, order);
        }

        if (Stops())
            return false;

        if (!await sale.TakeAsync(order))
        {
            await sale.PutAsync(order, OrderStatus.Failed);
            return !Stops() && await ReleaseAsync(sale, order);
        }

        if (Stops())
            return false;

        if (random.Next(4) == 0
            || await ReadyAsync(() => sale.Stock.Participant.CommitAsync(order)) is CommitOutcome.SoldOut or CommitOutcome.LimitReached or CommitOutcome.Released)
        {
            await sale.GiveBackAsync(order, OrderStatus.Failed);
            return !Stops() && await ReleaseAsync(sale, order);
        }

        if (Stops())
            return false;

        await sale.PutAsync(order, OrderStatus.Confirmed);
        if (random.Next(3) > 0)
            return true;

        await sale.GiveBackAsync(order, OrderStatus.Cancelled);
        return !Stops() && await ReleaseAsync(sale, order);
    }

    /// <summary>Brings a stopped transaction to an end from what MySQL holds of it.</summary>
    static async Task RecoverAsync(Sale sale, StockReservation order)
    {
        switch (await sale.StatusAsync(order.OrderId))
        {
            case OrderStatus.Confirmed:
                return;
            case OrderStatus.Pending:
                await sale.GiveBackAsync(order, OrderStatus.Failed);
                break;
            case null:
                await sale.PutAsync(order, OrderStatus.Failed);
                break;
        }

        await ReleaseAsync(sale, order);
    }

    static async Task<bool> ReleaseAsync(Sale sale, StockReservation order)
    {
        await ReadyAsync(() => sale.Stock.Participant.ReleaseAsync(order));
        return true;
    }

    static async Task<T> ReadyAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (exception is StockNotReadyException || RedisFaults.IsTransient(exception))
            {
                await Task.Delay(5);
            }
        }
    }

    async Task DisturbAsync(Sale sale, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(random.Next(40), CancellationToken.None);
            if (_rebuilds is 2 or 4)
                await (await sale.Stock.DatabaseAsync()).ExecuteAsync("FLUSHALL");
            if (await ReadyAsync(sale.WarmUpAsync) == WarmUpOutcome.Done)
                Interlocked.Increment(ref _rebuilds);
        }
    }
}
