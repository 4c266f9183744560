using System.Globalization;

using Seckill.Chaos.Faults;
using Seckill.Chaos.Running;
using Seckill.Faults;

namespace Seckill.Chaos.Matrix;

/// <summary>The fault points with every fault that each can be armed with: one that is added to the list comes in here by itself.</summary>
static class PointCells
{
    public static IReadOnlyList<Cell> All { get; } = [.. KnownPoints.All.SelectMany(Of)];

    static IEnumerable<Cell> Of(FaultPoint point)
    {
        // Whatever the point is on the way of: all who come by it are armed, or an order would meet it by chance only.
        string[] programs =
        [
            .. point.Processes.HasFlag(FaultProcesses.Api) ? ProgramNames.Apis : [], .. point.Processes.HasFlag(FaultProcesses.Worker) ? ProgramNames.Workers : [],
        ];
        return point.Kinds.Select(kind => new Cell(
            $"points/{point.Name}/{NameOf(kind)}", ServerOf(point), SaleMix.Failing,
            x => Draw(programs, point, kind, x)));
    }

    static PointFault Draw(string[] programs, FaultPoint point, FaultKind kind, Random random)
    {
        var companion = Companion(point, random);
        // What another fault brings to the point comes by it a few times only.
        if (companion is null && kind is FaultKind.Throw or FaultKind.Lost && random.Next(3) == 0)
        {
            var fault = string.Create(CultureInfo.InvariantCulture, $"{(kind == FaultKind.Throw ? "throw" : "lost")}:p{random.Next(10, 50) / 100.0}");
            return new PointFault(programs, point.Name, fault, TimeSpan.FromMilliseconds(random.Next(5000, 12000)), companion: null);
        }

        var away = TimeSpan.FromMilliseconds(kind == FaultKind.Crash ? random.Next(0, 3000) : 0);
        return new PointFault(programs, point.Name, Fault(kind, random), away, companion);
    }

    /// <summary>What brings orders to a point that they pass only when something else has failed.</summary>
    static ChaosFault? Companion(FaultPoint point, Random random) => point.Name switch
    {
        var x when x.Contains("relay", StringComparison.Ordinal) => new KafkaFault("all brokers unreachable", ["down"], default, "up", TimeSpan.FromMilliseconds(random.Next(2000, 5000))),
        var x when x.Contains("rebuild", StringComparison.Ordinal) => new EmptiedRedisFault(ServerNames.StockRedis),
        var x when x.Contains("poison", StringComparison.Ordinal) => new PoisonFault(40),
        _ => null,
    };

    static string? ServerOf(FaultPoint point) => point.Name switch
    {
        var x when x.Contains("relay", StringComparison.Ordinal) => ServerNames.Kafka,
        var x when x.Contains("rebuild", StringComparison.Ordinal) => ServerNames.StockRedis,
        _ => null,
    };

    static string NameOf(FaultKind kind) => kind switch
    {
        FaultKind.Crash => "crash",
        FaultKind.Throw => "throw",
        FaultKind.Lost => "lost-reply",
        _ => "delay",
    };

    // Few orders come by some points, so the numbers are low.
    static string Fault(FaultKind kind, Random random) => kind switch
    {
        FaultKind.Crash => string.Create(CultureInfo.InvariantCulture, $"crash:{random.Next(1, 3)}"),
        FaultKind.Throw => string.Create(CultureInfo.InvariantCulture, $"throw:{random.Next(1, 10)}"),
        FaultKind.Lost => string.Create(CultureInfo.InvariantCulture, $"lost:{random.Next(1, 10)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"delay:{random.Next(200, 3000)}"),
    };
}
