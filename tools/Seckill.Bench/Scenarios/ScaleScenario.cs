using Seckill.Bench.Results;

namespace Seckill.Bench.Scenarios;

/// <summary>The same load at one point of an axis (workers, partitions, SKUs, earlier orders): what an order costs there.</summary>
sealed class ScaleScenario(BenchWorld world, string axis, string value, int orders, int skus)
{
    const int InFlight = 256;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var what = $"scale, {axis} {value}";
        var (_, warmUp) = await world.RunCrowdAsync(what + ", warm-up", orders / 2, InFlight, skus, cancellationToken);
        var (load, audit) = await world.RunCrowdAsync(what, orders, InFlight, skus, cancellationToken);
        return new BenchResult
        {
            Scale = new Dictionary<string, IReadOnlyDictionary<string, LoadFigures>> { [axis] = new Dictionary<string, LoadFigures> { [value] = load } },
            Audit = warmUp.With(audit).With(BenchWorld.Expect(what, load)),
        };
    }
}
