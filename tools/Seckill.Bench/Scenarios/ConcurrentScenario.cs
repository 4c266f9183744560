using System.Globalization;

using Seckill.Bench.Results;

namespace Seckill.Bench.Scenarios;

/// <summary>So many undecided orders at a time: nothing is to be refused, and nothing lost.</summary>
sealed class ConcurrentScenario(BenchWorld world, int orders)
{
    static readonly int[] Levels = [500, 2_000, 10_000];

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var (_, audit) = await world.RunCrowdAsync("concurrent, warm-up", orders / 2, Levels[0], 1, cancellationToken);
        var results = new Dictionary<string, LoadFigures>();
        foreach (var inFlight in Levels)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"concurrent, {inFlight} in flight");
            var (load, books) = await world.RunCrowdAsync(what, Math.Max(orders, inFlight * 2), inFlight, 1, cancellationToken);
            results[inFlight.ToString(CultureInfo.InvariantCulture)] = load;
            audit = audit.With(books).With(BenchWorld.Expect(what, load));
        }

        return new BenchResult { Concurrent = results, Audit = audit };
    }
}
