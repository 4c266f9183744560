using Seckill.Bench.Results;

namespace Seckill.Bench.Scenarios;

/// <summary>The same load at one point of an axis (workers, partitions, SKUs, earlier orders): what an order costs there.</summary>
sealed class ScaleScenario(BenchWorld world, string axis, string value, int orders, int skus)
{
    const int InFlight = 256;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var what = $"scale, {axis} {value}";
        var (_, warmUp) = await LoadAsync(what + ", warm-up", orders / 2, cancellationToken);
        var (load, audit) = await LoadAsync(what, orders, cancellationToken);
        return new BenchResult
        {
            Scale = new Dictionary<string, IReadOnlyDictionary<string, LoadFigures>> { [axis] = new Dictionary<string, LoadFigures> { [value] = load } },
            Audit = warmUp.With(audit).With(BenchWorld.Expect(what, load)),
        };
    }

    async Task<(LoadFigures Load, AuditOutcome Audit)> LoadAsync(string what, int count, CancellationToken cancellationToken)
    {
        var activityId = await world.OpenActivityAsync("Bench", count, skus, cancellationToken);
        var crowd = world.Buyers.Gather(world.Api.Authority, activityId, count, skus);
        var load = await world.ClosedLoopAsync(what, world.Api, crowd, InFlight, cancellationToken);
        return (load, await world.AuditAsync(what, crowd, cancellationToken));
    }
}
