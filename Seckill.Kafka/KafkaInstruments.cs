using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Seckill.Kafka;

/// <summary>Every meter, instrument, tag and activity of the rider.</summary>
public static class KafkaInstruments
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Seckill.Kafka";

    internal static readonly ActivitySource Activities = new(Name);
    static readonly Meter Meter = new(Name);

    static readonly Counter<long> Records = Meter.CreateCounter<long>(
        "seckill.kafka.records", description: "Records whose offset may pass, by topic, group and outcome (handled, dead_lettered, skipped).");

    static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "seckill.kafka.retries", description: "Attempts after the first, by topic and group.");

    static readonly Counter<long> ProduceFailures = Meter.CreateCounter<long>(
        "seckill.kafka.produce.failures", description: "Records that Kafka did not confirm, by topic.");

    internal static void RecordDone(string topic, string group, string outcome) =>
        Records.Add(1, new("topic", topic), new("group", group), new KeyValuePair<string, object?>("outcome", outcome));

    internal static void Retried(string topic, string group) => Retries.Add(1, new("topic", topic), new KeyValuePair<string, object?>("group", group));

    internal static void ProduceFailed(string topic) => ProduceFailures.Add(1, new KeyValuePair<string, object?>("topic", topic));

    internal static void Observe(KafkaEndpoints endpoints)
    {
        Meter.CreateObservableGauge(
            "seckill.kafka.in_flight",
            () => endpoints.Select(endpoint => Measure(endpoint, endpoint.InFlight)),
            description: "Records taken from Kafka and not done with, by topic and group.");
        Meter.CreateObservableGauge(
            "seckill.kafka.lag",
            () => endpoints.Select(endpoint => Measure(endpoint, endpoint.Lag)),
            description: "Records in the assigned partitions that are not committed yet, by topic and group.");
    }

    static Measurement<long> Measure(IKafkaEndpointControl endpoint, long value) =>
        new(value, new("topic", endpoint.Topic), new KeyValuePair<string, object?>("group", endpoint.GroupId));
}
