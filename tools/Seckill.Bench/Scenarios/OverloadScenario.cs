using System.Globalization;

using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Cli.Demo;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// Three times as many orders a second as the system decides, for a while: each is answered, by 202, 409, or 429 with Retry-After; and when the load ends, every
/// accepted one is decided.
/// </summary>
sealed class OverloadScenario(BenchWorld world, int orders, int seconds)
{
    const int InFlight = 256;
    const int Times = 3;

    /// <summary>So many that the load does not wait for the answers.</summary>
    const int Connections = 4_000;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var (_, warmUp) = await world.RunCrowdAsync("overload, warm-up", orders / 2, InFlight, 1, cancellationToken);
        var (sustained, crowd) = await world.RunCrowdAsync("overload, what can be sustained", orders, InFlight, 1, cancellationToken);
        var audit = warmUp.With(crowd).With(BenchWorld.Expect("overload, what can be sustained", sustained));
        var (overload, books) = await OverloadAsync(sustained.PerSecond, cancellationToken);
        return new BenchResult { Overload = overload, Audit = audit.With(books) };
    }

    async Task<(OverloadResult Overload, AuditOutcome Audit)> OverloadAsync(double sustained, CancellationToken cancellationToken)
    {
        var rate = Math.Ceiling(sustained * Times);
        var count = (int)rate * seconds;
        var activityId = await world.OpenActivityAsync("Bench", count, 1, cancellationToken);
        var offered = world.Buyers.Gather(world.Api.Authority, activityId, count);
        var loop = new OpenLoop(await SaleApi.ResolveAsync(world.Api, cancellationToken), offered, rate, Connections);
        var (_, spent) = await world.TimeAsync("overload", count, loop.RunAsync, () => loop.Done, cancellationToken);

        var accepted = offered.Count(x => x.OrderId is not null);
        var (all, caughtUp) = await world.AwaitCommittedAsync("overload", activityId, accepted, cancellationToken);
        var overload = new OverloadResult
        {
            SustainedPerSecond = sustained,
            OfferedPerSecond = rate,
            Seconds = seconds,
            Answers = offered.CountBy(x => x.OrderId is null ? Account.EndOf(x) : "admitted").ToDictionary(),
            Accepted = Account.Summarize(offered.Where(x => x.OrderId is not null), x => x.AnsweredAt),
            Refused = Account.Summarize(offered.Where(x => x.OrderId is null && x.HttpStatus != 0), x => x.AnsweredAt),
            CaughtUpAfterSeconds = Math.Round(caughtUp.TotalSeconds, 1),
            PeakMemoryMb = world.Cpu.PeakMemoryMb(),
            CpuMicrosPerAnswer = spent,
        };
        world.Say($"overload: {rate:0}/s offered where {sustained:0}/s can be decided: {string.Join(", ", overload.Answers.Select(x => $"{x.Value} {x.Key}"))}");
        world.Say($"overload: accepted p99 {overload.Accepted.P99Ms:0} ms, refused p99 {overload.Refused.P99Ms:0} ms, all decided {caughtUp.TotalSeconds:0.0} s after the load");
        return (overload, Expect(offered).With(all).With(await world.AuditAsync("overload", offered, cancellationToken)));
    }

    static AuditOutcome Expect(IReadOnlyList<BenchOrder> offered)
    {
        var findings = offered.Where(x => !IsHonest(x)).CountBy(Account.EndOf)
            .Select(x => string.Create(CultureInfo.InvariantCulture, $"overload: {x.Value} orders were answered {x.Key}")).ToList();
        return new AuditOutcome(findings.Count == 0, 0, findings);
    }

    /// <summary>There is a unit for everybody, so nobody is to be told anything but yes or not now.</summary>
    static bool IsHonest(BenchOrder order) => order.OrderId is not null || order is { HttpStatus: 429, RetryAfterSeconds: > 0 };
}
