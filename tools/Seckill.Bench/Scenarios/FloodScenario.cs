using System.Diagnostics;
using System.Globalization;

using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Cli.Demo;

namespace Seckill.Bench.Scenarios;

/// <summary>A sale in which 95 of 100 buyers come too late: answers a second, from the first request to the last answer.</summary>
sealed class FloodScenario(BenchWorld world, int buyers)
{
    const int Connections = 64;
    const int BuyersPerUnit = 20;
    const int WarmUpShare = 5;

    public async Task<BenchResult> RunAsync(CancellationToken cancellationToken)
    {
        var (_, warmUp) = await FloodAsync("flood, warm-up", buyers / WarmUpShare, cancellationToken);
        var (flood, audit) = await FloodAsync("flood", buyers, cancellationToken);
        return new BenchResult { Flood = flood, Audit = warmUp.With(audit) };
    }

    async Task<(FloodResult Flood, AuditOutcome Audit)> FloodAsync(string what, int count, CancellationToken cancellationToken)
    {
        var stock = Math.Max(1, count / BuyersPerUnit);
        var activityId = await world.OpenActivityAsync("Bench", stock, 1, cancellationToken);
        var orders = world.Buyers.Gather(world.Api.Authority, activityId, count);
        var loop = new ClosedLoop(await SaleApi.ResolveAsync(world.Api, cancellationToken), orders, Connections, follow: false);
        var (startedAt, spent) = await world.TimeAsync(what, count, loop.RunAsync, () => loop.Done, cancellationToken);
        var seconds = (double)(orders.Max(x => x.AnsweredAt) - startedAt) / Stopwatch.Frequency;
        var flood = new FloodResult
        {
            Buyers = count,
            Stock = stock,
            Connections = Connections,
            Seconds = Math.Round(seconds, 3),
            AnswersPerSecond = Math.Round(orders.Count(x => x.HttpStatus != 0) / seconds, 1),
            Answers = orders.CountBy(x => x.OrderId is null ? Account.EndOf(x) : "admitted").ToDictionary(),
            Http = Account.Summarize(orders.Where(x => x.HttpStatus != 0), x => x.AnsweredAt),
            CpuMicrosPerAnswer = spent,
        };
        world.Say($"{what}: {flood.AnswersPerSecond:0} answers/s, p99 {flood.Http.P99Ms:0.0} ms, {spent.Total:0} µs of CPU an answer");
        var (all, _) = await world.AwaitCommittedAsync(what, activityId, stock, cancellationToken);
        return (flood, Expect(flood).With(all).With(await world.AuditAsync(what, orders, cancellationToken)));
    }

    static AuditOutcome Expect(FloodResult flood)
    {
        var isAsExpected = flood.Answers.Count == 2 && flood.Answers.GetValueOrDefault("admitted") == flood.Stock
            && flood.Answers.GetValueOrDefault("sold_out") == flood.Buyers - flood.Stock;
        var answers = string.Join(", ", flood.Answers.Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Value} {x.Key}")));
        return new AuditOutcome(isAsExpected, 0, isAsExpected ? [] : [$"flood: {flood.Stock} units and {flood.Buyers} buyers, but {answers}"]);
    }
}
