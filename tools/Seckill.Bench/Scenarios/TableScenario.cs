using System.Globalization;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Bench.Baselines;
using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Ledger;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// The three schemes on the same work: so many orders of one unit of one SKU, all of which can be had, by as many buyers. Each scheme gets a warm-up, then
/// shorter runs that choose how many orders in flight suit it best, then its rounds, in turn with the others.
/// </summary>
sealed class TableScenario(BenchWorld world, Uri local, Uri queue, int orders, int rounds)
{
    const int WarmUpShare = 4;
    const int TryShare = 10;
    const int FewestTried = 1_000;

    readonly PlainBooks _books = new(world.Services.GetRequiredService<MySqlDatabase>());

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        Side[] sides =
        [
            new("local", local, [4, 8, 16, 32], "HTTP, one MySQL transaction for each order in one round trip, 200", IsPlain: true),
            new("queue", queue, [16, 32, 64, 128],
                $"HTTP, Kafka, a consumer with the transaction of local, one message of each of {QueueApi.Partitions} partitions at a time, 200 after its commit",
                IsPlain: true),
            new("twoPhase", world.Api, [64, 128, 256, 512], "this system: HTTP, 202, then GET with wait until the order is confirmed", IsPlain: false),
        ];
        foreach (var side in sides)
            await TuneAsync(side, cancellationToken);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var side in sides)
                side.Rounds.Add(await LoadAsync(side, string.Create(CultureInfo.InvariantCulture, $"{side.Name}, round {round}"), orders, side.InFlight, cancellationToken));
        }

        var audit = new AuditOutcome(true, 0, []);
        foreach (var side in sides)
        {
            audit = audit.With(side.IsPlain
                ? await _books.CheckAsync(side.Name, side.Orders, cancellationToken)
                : await world.AuditAsync(side.Name, side.Orders, cancellationToken));
            audit = side.Rounds.Aggregate(audit, (x, y) => x.With(BenchWorld.Expect(side.Name, y)));
        }

        var schemes = new Schemes(sides[0].Result(), sides[1].Result(), sides[2].Result());
        return new BenchResult
        {
            Schemes = schemes,
            Ratios = new Ratios(Ratio(schemes.TwoPhase, schemes.Local), Ratio(schemes.TwoPhase, schemes.Queue)),
            Audit = audit,
        };
    }

    async Task TuneAsync(Side side, CancellationToken cancellationToken)
    {
        await LoadAsync(side, $"{side.Name}, warm-up", Math.Max(FewestTried, orders / WarmUpShare), side.ToTry[^1], cancellationToken);
        foreach (var inFlight in side.ToTry)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"{side.Name}, {inFlight} in flight");
            side.Tried[inFlight] = (await LoadAsync(side, what, Math.Max(FewestTried, orders / TryShare), inFlight, cancellationToken)).PerSecond;
        }
    }

    async Task<LoadFigures> LoadAsync(Side side, string what, int count, int inFlight, CancellationToken cancellationToken)
    {
        long activityId;
        if (side.IsPlain)
            await _books.AddActivityAsync(activityId = world.NextActivityId(), count, cancellationToken);
        else
            activityId = await world.OpenActivityAsync("Bench " + what, count, 1, cancellationToken);
        var crowd = world.Buyers.Gather(side.Address.Authority, activityId, count);
        var figures = await world.ClosedLoopAsync(what, side.Address, crowd, inFlight, follow: true, cancellationToken);
        side.Orders.AddRange(crowd);
        return figures;
    }

    static double Ratio(SchemeResult ours, SchemeResult other) => other.PerSecond == 0 ? 0 : Math.Round(ours.PerSecond / other.PerSecond, 2);

    sealed record Side(string Name, Uri Address, IReadOnlyList<int> ToTry, string Description, bool IsPlain)
    {
        public Dictionary<int, double> Tried { get; } = [];

        public List<LoadFigures> Rounds { get; } = [];

        public List<BenchOrder> Orders { get; } = [];

        public int InFlight => Tried.MaxBy(x => x.Value).Key;

        public SchemeResult Result() => SchemeResult.Of(
            Description, InFlight, Tried.ToDictionary(x => x.Key.ToString(CultureInfo.InvariantCulture), x => x.Value), Rounds);
    }
}
