using System.Globalization;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Bench.Baselines;
using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Ledger;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// A round of one side on the same work: so many orders of one unit of one SKU, all of which can be had, by as many buyers. While a side
/// runs, the processes of the others do not. Each round begins with a warm-up; the first also tries how many orders in flight suit the side, if there is a choice.
/// </summary>
sealed class RoundScenario(BenchWorld world, Side side, int orders)
{
    const int WarmUpShare = 2;
    const int TryShare = 10;
    const int FewestTried = 1_000;

    readonly PlainBooks _books = new(world.Services.GetRequiredService<MySqlDatabase>());
    readonly List<BenchOrder> _placed = [];

    /// <summary>Runs the round with so many orders in flight; null chooses the best.</summary>
    public async Task<BenchResult> RunAsync(int? inFlight, CancellationToken cancellationToken)
    {
        await LoadAsync("warm-up", Math.Max(FewestTried, orders / WarmUpShare), inFlight ?? side.ToTry[^1], cancellationToken);
        var tried = inFlight is null && side.ToTry.Count > 1 ? await TryAsync(cancellationToken) : null;
        var chosen = inFlight ?? (tried is null ? side.ToTry[0] : Side.Choose(tried));
        var figures = await LoadAsync("measured", orders, chosen, cancellationToken);
        var audit = side.IsPlain
            ? await _books.CheckAsync(side.Scheme, _placed, cancellationToken)
            : await world.AuditAsync(side.Scheme, _placed, cancellationToken);
        return new BenchResult
        {
            Sides =
            [
                new SideRun
                {
                    Scheme = side.Scheme,
                    Description = side.Description,
                    InFlight = chosen,
                    Tried = tried?.ToDictionary(x => x.Key.ToString(CultureInfo.InvariantCulture), x => x.Value),
                    Figures = figures,
                },
            ],
            Audit = audit.With(BenchWorld.Expect(side.Scheme, figures)),
        };
    }

    /// <summary>Up and down again, so that none gains from what has warmed up meanwhile.</summary>
    async Task<Dictionary<int, double>> TryAsync(CancellationToken cancellationToken)
    {
        var tried = new Dictionary<int, double>();
        foreach (var inFlight in (int[])[.. side.ToTry, .. side.ToTry.Reverse()])
        {
            var load = await LoadAsync("tried", Math.Max(FewestTried, orders / TryShare), inFlight, cancellationToken);
            tried[inFlight] = Math.Round(tried.GetValueOrDefault(inFlight) + load.PerSecond / 2, 1);
        }

        return tried;
    }

    async Task<LoadFigures> LoadAsync(string what, int count, int inFlight, CancellationToken cancellationToken)
    {
        var label = string.Create(CultureInfo.InvariantCulture, $"{side.Scheme}, {inFlight} in flight, {what}");
        long activityId;
        if (side.IsPlain)
            await _books.AddActivityAsync(activityId = world.NextActivityId(), count, cancellationToken);
        else
            activityId = await world.OpenActivityAsync("Bench", count, 1, cancellationToken);
        var crowd = world.Buyers.Gather(world.Api.Authority, activityId, count, untilDecided: true);
        var figures = await world.ClosedLoopAsync(label, world.Api, crowd, inFlight, cancellationToken);
        _placed.AddRange(crowd);
        return figures;
    }
}
