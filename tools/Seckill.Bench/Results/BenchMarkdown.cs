using System.Globalization;
using System.Text;

namespace Seckill.Bench.Results;

/// <summary>A result, for people.</summary>
static class BenchMarkdown
{
    public static string Of(BenchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        WriteFrame(text, result);
        if (result.Schemes is { } schemes)
            WriteSchemes(text, schemes, result.Ratios!);
        if (result.Telemetry is { } telemetry)
            WriteTelemetry(text, telemetry);
        if (result.Flood is { } flood)
            WriteFlood(text, flood);
        if (result.Drain is { } drain)
            WriteDrain(text, drain);
        if (result.Steady is { } steady)
            WriteSteady(text, steady);
        if (result.Overload is { } overload)
            WriteOverload(text, overload);
        if (result.Concurrent is { } concurrent)
            WriteLoads(text, "Transactions in flight", "in flight", concurrent);
        foreach (var (axis, points) in result.Scale ?? new Dictionary<string, IReadOnlyDictionary<string, LoadFigures>>())
            WriteLoads(text, $"Scale: {axis}", axis, points);
        WriteAudit(text, result.Audit);
        return text.ToString();
    }

    static void WriteFrame(StringBuilder text, BenchResult result)
    {
        Line(text, $"# {result.Command}");
        Line(text, $"");
        Line(text, $"- {result.StartedAt:u}, commit {result.Commit}");
        Line(text, $"- {result.Machine?.Cores} cores, {result.Machine?.Cpu}, {result.Machine?.Os}; all servers and the load generator on it");
        Line(text, $"- {string.Join(", ", (result.Versions ?? new Dictionary<string, string>()).Select(x => $"{x.Key} {x.Value}"))}");
        foreach (var (server, settings) in result.Settings ?? new Dictionary<string, IReadOnlyDictionary<string, string>>())
            Line(text, $"- {server}: {string.Join(", ", settings.Select(x => $"{x.Key}={x.Value}"))}");
    }

    static void WriteSchemes(StringBuilder text, Schemes schemes, Ratios ratios)
    {
        Heading(text, "Three schemes on the same work");
        WriteSides(text, "scheme", [("local", schemes.Local), ("queue", schemes.Queue), ("twoPhase", schemes.TwoPhase)]);
        Line(text, $"twoPhase is {ratios.TwoPhaseToLocal:0.00} × local and {ratios.TwoPhaseToQueue:0.00} × queue.");
    }

    static void WriteTelemetry(StringBuilder text, TelemetryResult telemetry)
    {
        Heading(text, "Telemetry: without it and with all of it");
        WriteSides(text, "telemetry", [("without", telemetry.Without), ("with", telemetry.With)]);
        Line(text, $"With telemetry {telemetry.RateRatio:0.000} × the orders/s at {telemetry.CpuRatio:0.000} × the CPU: medians over the pairs of rounds.");
    }

    static void WriteSides(StringBuilder text, string label, ReadOnlySpan<(string Name, SchemeResult Figures)> sides)
    {
        Line(text, $"| {label} | orders/s | mean ms | p50 ms | p99 ms | in flight | CPU µs an order | of which |");
        Line(text, $"| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var (name, side) in sides)
            Line(text, $"| {name} | {side.PerSecond:0} | {side.MeanMs:0.0} | {side.P50Ms:0.0} | {side.P99Ms:0.0} | {side.InFlight} | {Cpu(side.CpuMicrosPerOrder)} |");
        Line(text, $"");
        var rounds = sides[^1].Figures.Rounds;
        Line(text, $"Medians of {rounds.Count} rounds of {rounds[0].Orders} orders, sides in turn.");
    }

    static void WriteFlood(StringBuilder text, FloodResult flood)
    {
        Heading(text, "Flood: most buyers come too late");
        Line(text, $"{flood.Buyers} buyers of {flood.Stock} units over {flood.Connections} connections: {string.Join(", ", flood.Answers.Select(x => $"{x.Value} {x.Key}"))}.");
        Line(text, $"");
        Line(text, $"| answers/s | p50 ms | p99 ms | CPU µs an answer | of which |");
        Line(text, $"| ---: | ---: | ---: | ---: | --- |");
        Line(text, $"| {flood.AnswersPerSecond:0} | {flood.Http.P50Ms:0.0} | {flood.Http.P99Ms:0.0} | {Cpu(flood.CpuMicrosPerAnswer)} |");
    }

    static void WriteDrain(StringBuilder text, DrainResult drain)
    {
        Heading(text, "Drain: a backlog in Kafka");
        Line(text, $"{drain.Orders} orders, {drain.FilledBy}; {drain.RecordsWaiting} records waited in {drain.Partitions} partitions.");
        Line(text, $"");
        Line(text, $"| to the last commit | seconds | orders/s |");
        Line(text, $"| --- | ---: | ---: |");
        Line(text, $"| from the first commit | {drain.SecondsFromFirstCommit:0.0} | {drain.PerSecondFromFirstCommit:0} |");
        Line(text, $"| from the start of the worker's process | {drain.SecondsFromWorkerStart:0.0} | {drain.PerSecondFromWorkerStart:0} |");
        Line(text, $"");
        Line(text, $"| CPU µs an order | of which |");
        Line(text, $"| ---: | --- |");
        Line(text, $"| {Cpu(drain.CpuMicrosPerOrder)} |");
    }

    static void WriteSteady(StringBuilder text, SteadyResult steady)
    {
        Heading(text, string.Create(CultureInfo.InvariantCulture, $"Steady: {steady.OfferedPerSecond:0} orders/s offered for {steady.Seconds:0} s"));
        Line(text, $"| answered | orders/s | mean ms | p50, p90, p99, max ms | CPU µs an order | of which |");
        Line(text, $"| --- | ---: | ---: | ---: | ---: | --- |");
        var (accepted, decided) = (steady.Accepted, steady.Load.Committed);
        Line(text, $"| when accepted (202) | | {accepted.MeanMs:0.0} | {Quantiles(accepted)} | {Cpu(steady.AcceptedCpuMicrosPerOrder)} |");
        Line(text, $"| when committed | {steady.Load.PerSecond:0} | {decided.MeanMs:0.0} | {Quantiles(decided)} | {Cpu(steady.Load.CpuMicrosPerOrder)} |");
        Line(text, $"");
        Line(text, $"{steady.Load.NotConfirmed.Values.Sum()} orders were not confirmed.");
    }

    static void WriteOverload(StringBuilder text, OverloadResult overload)
    {
        Heading(text, string.Create(CultureInfo.InvariantCulture,
            $"Overload: {overload.OfferedPerSecond:0} orders/s offered for {overload.Seconds:0} s where {overload.SustainedPerSecond:0}/s are decided"));
        Line(text, $"{string.Join(", ", overload.Answers.Select(x => $"{x.Value} {x.Key}"))}.");
        Line(text, $"All accepted orders were decided {overload.CaughtUpAfterSeconds:0.0} s after the last answer.");
        Line(text, $"Memory at its peak: {string.Join(", ", overload.PeakMemoryMb.Select(x => $"{x.Key} {x.Value} MB"))}.");
        Line(text, $"");
        Line(text, $"| answer | p50, p90, p99, max ms |");
        Line(text, $"| --- | ---: |");
        Line(text, $"| accepted | {Quantiles(overload.Accepted)} |");
        Line(text, $"| refused | {Quantiles(overload.Refused)} |");
        Line(text, $"");
        Line(text, $"| CPU µs an answer | of which |");
        Line(text, $"| ---: | --- |");
        Line(text, $"| {Cpu(overload.CpuMicrosPerAnswer)} |");
    }

    static void WriteLoads(StringBuilder text, string heading, string label, IReadOnlyDictionary<string, LoadFigures> loads)
    {
        Heading(text, heading);
        Line(text, $"| {label} | orders/s | HTTP: p50, p90, p99, max ms | to commit: mean ms | p50, p90, p99, max ms | not confirmed | CPU µs an order | of which |");
        Line(text, $"| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var (name, load) in loads)
        {
            var (commit, missing) = (load.Committed, load.NotConfirmed.Values.Sum());
            Line(text,
                $"| {name} | {load.PerSecond:0} | {Quantiles(load.Http)} | {commit.MeanMs:0.0} | {Quantiles(commit)} | {missing} | {Cpu(load.CpuMicrosPerOrder)} |");
        }
    }

    static string Quantiles(Latency latency)
        => string.Create(CultureInfo.InvariantCulture, $"{latency.P50Ms:0.0}, {latency.P90Ms:0.0}, {latency.P99Ms:0.0}, {latency.MaxMs:0.0}");

    static void WriteAudit(StringBuilder text, AuditOutcome? audit)
    {
        Heading(text, "Audit");
        Line(text, $"{(audit is null ? "none was made" : audit.Ok ? "ok" : "THE BOOKS DO NOT BALANCE")}: {audit?.Orders} orders");
        foreach (var finding in audit?.Findings ?? [])
            Line(text, $"- {finding}");
    }

    static string Cpu(CpuCost cost)
    {
        var parts = cost.ByProcess.Where(x => x.Value >= 1).OrderByDescending(x => x.Value)
            .Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Key} {x.Value:0}"));
        return string.Create(CultureInfo.InvariantCulture, $"{cost.Total:0} | {string.Join(", ", parts)}; rest of the machine {cost.Other:0}");
    }

    static void Heading(StringBuilder text, string heading) => text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {heading}").AppendLine();

    static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
