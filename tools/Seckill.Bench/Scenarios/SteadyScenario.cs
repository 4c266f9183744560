using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Cli.Demo;

namespace Seckill.Bench.Scenarios;

/// <summary>A fixed rate in an open loop, every order with a buyer and stock of its own: latencies from when each should have been sent.</summary>
sealed class SteadyScenario(BenchWorld world, int rate, int seconds)
{
    const int Connections = 64;
    const int Followers = 512;
    const int WarmUpSeconds = 10;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var (_, warmUp) = await OfferAsync("steady, warm-up", Math.Min(seconds, WarmUpSeconds), cancellationToken);
        var (load, audit) = await OfferAsync("steady", seconds, cancellationToken);
        return new BenchResult { Steady = new SteadyResult(rate, seconds, load), Audit = warmUp.With(audit).With(BenchWorld.Expect("steady", load)) };
    }

    async Task<(LoadFigures Load, AuditOutcome Audit)> OfferAsync(string what, int length, CancellationToken cancellationToken)
    {
        var count = rate * length;
        var activityId = await world.OpenActivityAsync("Bench", count, 1, cancellationToken);
        var orders = world.Buyers.Gather(world.Api.Authority, activityId, count);
        var loop = new OpenLoop(await SaleApi.ResolveAsync(world.Api, cancellationToken), orders, rate, Connections, Followers);
        var load = await world.MeasureAsync(what, orders, 0, loop.RunAsync, () => loop.Done, cancellationToken);
        return (load, await world.AuditAsync(what, orders, cancellationToken));
    }
}
