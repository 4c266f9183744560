using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Status;

/// <summary>Makes a <see cref="SystemStatus"/> of what processes say. The metrics are those of docs/metrics.md.</summary>
public static class StatusReader
{
    static readonly string[] Units = ["available", "reserved", "sold"];

    // In the order in which an order goes through them.
    static readonly string[] CompensationStates = ["retrying", "exhausted", "dead_letter", "archived"];

    /// <summary>Reads what several processes said. What each of them sees of the whole is taken once, what each does itself is added up.</summary>
    public static SystemStatus Read(IReadOnlyList<ProgramReading> programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        return new SystemStatus
        {
            Programs = programs.Select(Program).ToList(),
            Stock = Stock(programs),
            Orders = Flow(programs, "seckill_admission_outcomes_total"),
            Decisions = Flow(programs, "seckill_transactions_decided_total"),
            Latencies =
            [
                Latency(programs, "answer", "http_server_request_duration_seconds", IsOrder),
                Latency(programs, "commit", "seckill_transaction_commit_duration_seconds"),
                Latency(programs, "group_commit", "seckill_group_commit_duration_seconds"),
            ],
            Backlogs = Backlogs(programs),
            Undecided = Max(programs, "seckill_write_ahead_entries"),
            OldestUndecidedSeconds = Max(programs, "seckill_write_ahead_oldest_age_seconds"),
            Suspended = Max(programs, "seckill_transactions_suspended"),
            Compensation = Samples(programs, "seckill_compensation_orders").GroupBy(x => x["state"], x => x.Value)
                .OrderBy(x => Array.IndexOf(CompensationStates, x.Key)).Select(x => new StateStatus(x.Key, x.Max())).ToList(),
            OpenCircuits = Samples(programs, "seckill_circuit_open").Where(x => x.Value > 0).Select(x => x["dependency"]).Distinct().Order().ToList(),
        };
    }

    static ProgramStatus Program(ProgramReading program) => new(
        program.Name, program.Failure, program.Last?.Max("seckill_health_ready"),
        program.Last?["seckill_health_check"].Where(x => x.Value < 1).Select(x => x["check"]).ToList() ?? [],
        program.Interval?.Rate("dotnet_process_cpu_time_seconds_total"), program.Last?.Max("dotnet_process_memory_working_set_bytes"));

    static List<SkuStatus> Stock(IReadOnlyList<ProgramReading> programs)
        => Samples(programs, "seckill_stock_units").GroupBy(x => (Activity: x["activity"], Sku: x["sku"]))
            .Select(sku =>
            {
                var units = Units.Select(state => sku.Where(x => x["state"] == state).Select(x => x.Value).DefaultIfEmpty().Max()).ToList();
                return new SkuStatus(sku.Key.Activity, sku.Key.Sku, units[0], units[1], units[2]);
            })
            .OrderByDescending(x => IdOf(x.Activity)).ThenBy(x => IdOf(x.Sku)).ToList();

    // The members of a group share the partitions; each group has all records to read, and the one that is furthest behind counts.
    static List<BacklogStatus> Backlogs(IReadOnlyList<ProgramReading> programs)
        => Samples(programs, "seckill_kafka_consumer_lag").GroupBy(x => (Topic: x["topic"], Group: x["group"]), x => x.Value)
            .Select(x => new BacklogStatus(x.Key.Topic, x.Sum()))
            .GroupBy(x => x.Topic, (_, groups) => groups.MaxBy(x => x.Records)!).OrderBy(x => x.Topic, StringComparer.Ordinal).ToList();

    static List<FlowStatus> Flow(IReadOnlyList<ProgramReading> programs, string counter)
        => Samples(programs, counter).GroupBy(x => x["outcome"], x => x.Value)
            .Select(outcome => new FlowStatus(outcome.Key, outcome.Sum(), Rate(programs, counter, x => x["outcome"] == outcome.Key)))
            .OrderByDescending(x => x.Total).ThenBy(x => x.Outcome, StringComparer.Ordinal).ToList();

    static double? Rate(IReadOnlyList<ProgramReading> programs, string counter, Func<MetricSample, bool> which)
        => programs.Select(x => x.Interval?.Rate(counter, which)).Where(x => x is not null).ToList() is { Count: > 0 } rates ? rates.Sum() : null;

    static LatencyStatus Latency(IReadOnlyList<ProgramReading> programs, string what, string histogram, Func<MetricSample, bool>? which = null)
    {
        var buckets = programs.Where(x => x.Interval is not null).Select(x => x.Interval!.Buckets(histogram, which)).ToList();
        return new LatencyStatus(what, HistogramQuantile.Of(0.5, buckets), HistogramQuantile.Of(0.99, buckets));
    }

    static bool IsOrder(MetricSample sample)
        => sample["http_request_method"] == "POST" && sample["http_route"].EndsWith("orders", StringComparison.Ordinal);

    static IEnumerable<MetricSample> Samples(IReadOnlyList<ProgramReading> programs, string name)
        => programs.Where(x => x.Last is not null).SelectMany(x => x.Last![name]);

    static double? Max(IReadOnlyList<ProgramReading> programs, string name) => programs.Select(x => x.Last?.Max(name)).Max();

    // What has no id of its own stands for the rest.
    static long IdOf(string id) => long.TryParse(id, out var number) ? number : long.MinValue;
}
