using System.Diagnostics;
using System.Globalization;

using Seckill.Bench.Results;
using Seckill.Contracts;

namespace Seckill.Bench.Load;

/// <summary>Sums up what came of a load.</summary>
static class Account
{
    public static LoadFigures Of(IReadOnlyList<BenchOrder> orders, int inFlight, long startedAt, CpuCost cpu)
    {
        var confirmed = orders.Where(x => x.DecidedAt != 0 && x.Status == OrderStatus.Confirmed).ToList();
        var endedAt = confirmed.Count == 0 ? startedAt : confirmed.Max(x => x.DecidedAt);
        var seconds = (double)(endedAt - startedAt) / Stopwatch.Frequency;
        return new LoadFigures
        {
            Orders = orders.Count,
            InFlight = inFlight,
            Seconds = Math.Round(seconds, 3),
            PerSecond = seconds <= 0 ? 0 : Math.Round(confirmed.Count / seconds, 1),
            Confirmed = confirmed.Count,
            NotConfirmed = orders.Where(x => x.DecidedAt == 0 || x.Status != OrderStatus.Confirmed).CountBy(EndOf).ToDictionary(),
            Http = Summarize(orders.Where(x => x.HttpStatus != 0), x => x.AnsweredAt),
            Committed = Summarize(confirmed, x => x.DecidedAt),
            CpuMicrosPerOrder = cpu,
        };
    }

    /// <summary>What an order came to: its status, or how it was refused.</summary>
    public static string EndOf(BenchOrder order) => order switch
    {
        { Status: { } status } => status,
        { Code: { } code } => code,
        { HttpStatus: 0 } => "no_answer",
        _ => string.Create(CultureInfo.InvariantCulture, $"http_{order.HttpStatus}"),
    };

    public static Latency Summarize(IEnumerable<BenchOrder> orders, Func<BenchOrder, long> doneAt)
    {
        var latencies = new Latencies(Stopwatch.Frequency);
        foreach (var order in orders)
            latencies.Record(order.IntendedAt, doneAt(order));
        return latencies.Summarize();
    }
}
