using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Cli.Demo;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// A fixed rate in an open loop, every order with a buyer and stock of its own: latencies from when each should have been sent. Twice: once each order is
/// answered when it is accepted, and once when it is decided.
/// </summary>
sealed class SteadyScenario(BenchWorld world, int rate, int seconds)
{
    const int Connections = 512;
    const int WarmUpSeconds = 10;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var (_, audit) = await DecideAsync("steady, warm-up", Math.Min(seconds, WarmUpSeconds), cancellationToken);
        var (load, books) = await DecideAsync("steady, until decided", seconds, cancellationToken);
        audit = audit.With(books).With(BenchWorld.Expect("steady, until decided", load));
        var (accepted, spent, left) = await AcceptAsync("steady, until accepted", cancellationToken);
        return new BenchResult { Steady = new SteadyResult(rate, seconds, load, accepted, spent), Audit = audit.With(left) };
    }

    async Task<(LoadFigures Load, AuditOutcome Audit)> DecideAsync(string what, int length, CancellationToken cancellationToken)
    {
        var (orders, loop) = await PrepareAsync(rate * length, untilDecided: true, cancellationToken);
        var load = await world.MeasureAsync(what, orders, 0, loop.RunAsync, () => loop.Done, cancellationToken);
        return (load, await world.AuditAsync(what, orders, cancellationToken));
    }

    async Task<(Latency Accepted, CpuCost Spent, AuditOutcome Audit)> AcceptAsync(string what, CancellationToken cancellationToken)
    {
        var (orders, loop) = await PrepareAsync(rate * seconds, untilDecided: false, cancellationToken);
        var (_, spent) = await world.TimeAsync(what, orders.Count, loop.RunAsync, () => loop.Done, cancellationToken);
        var accepted = Account.Summarize(orders.Where(x => x.HttpStatus != 0), x => x.AnsweredAt);
        world.Say($"{what}: mean {accepted.MeanMs:0.0} ms, p99 {accepted.P99Ms:0.0} ms, {spent.Total:0} µs of CPU an order");
        var (all, _) = await world.AwaitCommittedAsync(what, orders[0].ActivityId, orders.Count, cancellationToken);
        return (accepted, spent, all.With(await world.AuditAsync(what, orders, cancellationToken)));
    }

    async Task<(IReadOnlyList<BenchOrder> Orders, OpenLoop Loop)> PrepareAsync(int count, bool untilDecided, CancellationToken cancellationToken)
    {
        var activityId = await world.OpenActivityAsync("Bench", count, 1, cancellationToken);
        var orders = world.Buyers.Gather(world.Api.Authority, activityId, count, untilDecided: untilDecided);
        return (orders, new OpenLoop(await SaleApi.ResolveAsync(world.Api, cancellationToken), orders, rate, Connections));
    }
}
