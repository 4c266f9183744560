using Seckill.Faults;

namespace Seckill.Cli.Faults;

/// <summary>The fault points for machines, which is how <c>fault-points --json</c> prints them.</summary>
/// <param name="Syntax">How a fault is written.</param>
/// <param name="Points">All of them.</param>
sealed record FaultPointList(string Syntax, IReadOnlyList<ListedFaultPoint> Points)
{
    public static FaultPointList Known() => new(FaultSetting.Syntax, [.. KnownPoints.All.Select(ListedFaultPoint.Of)]);
}

/// <summary>One of them.</summary>
/// <param name="Name">Its key in section <c>FaultPoints</c>.</param>
/// <param name="Processes">Whose code passes it: <c>api</c>, <c>worker</c>.</param>
/// <param name="Kinds">What it can be armed with: <c>crash</c>, <c>throw</c>, <c>delay</c>, <c>lost</c>.</param>
/// <param name="OfOrders">Whether single orders pass it, so that a fault can be for some buyers.</param>
/// <param name="Where">What has happened when code passes it, and what has not.</param>
sealed record ListedFaultPoint(string Name, IReadOnlyList<string> Processes, IReadOnlyList<string> Kinds, bool OfOrders, string Where)
{
    public static ListedFaultPoint Of(FaultPoint point) => new(
        point.Name,
        [.. new[] { FaultProcesses.Api, FaultProcesses.Worker }.Where(x => point.Processes.HasFlag(x)).Select(x => x.ToString().ToLowerInvariant())],
        [.. point.Kinds.Select(x => x.ToString().ToLowerInvariant())],
        !point.IsOfMany,
        point.Where);
}
