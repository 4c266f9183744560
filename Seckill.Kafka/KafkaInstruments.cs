using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Seckill.Kafka;

/// <summary>Every meter, instrument, tag and activity of the rider. docs/metrics.md says what each means.</summary>
public static class KafkaInstruments
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Seckill.Kafka";

    /// <summary>Counter: records whose offset may pass, by topic, group and <see cref="OutcomeTag"/>.</summary>
    public const string RecordsDone = "seckill.kafka.records";

    /// <summary>Counter: attempts after the first, by topic and group.</summary>
    public const string RecordsRetried = "seckill.kafka.retries";

    /// <summary>Counter: records that Kafka did not confirm, by topic.</summary>
    public const string RecordsNotProduced = "seckill.kafka.produce.failures";

    /// <summary>Counter: records that came from brokers, again each time that one came again, by topic and group.</summary>
    public const string RecordsFetched = "seckill.kafka.fetched";

    /// <summary>Gauge: records that are being handled or wait for it, by topic and group.</summary>
    public const string InFlight = "seckill.kafka.in_flight";

    /// <summary>Gauge: records behind the committed offset in the partitions that this process reads, by topic, group and partition.</summary>
    public const string ConsumerLag = "seckill.kafka.consumer.lag";

    /// <summary>Gauge: 1 while reading is paused by command, else 0, by topic and group.</summary>
    public const string Paused = "seckill.kafka.paused";

    /// <summary>Gauge: partitions that this process reads, by topic and group.</summary>
    public const string Assigned = "seckill.kafka.assigned_partitions";

    /// <summary>Tag: the topic.</summary>
    public const string TopicTag = "topic";

    /// <summary>Tag: the consumer group.</summary>
    public const string GroupTag = "group";

    /// <summary>Tag: the partition's number.</summary>
    public const string PartitionTag = "partition";

    /// <summary>Tag: <c>handled</c>, <c>dead_lettered</c> or <c>skipped</c>.</summary>
    public const string OutcomeTag = "outcome";

    internal static readonly ActivitySource Activities = new(Name);
    static readonly Meter Meter = new(Name);

    static readonly Counter<long> Records = Meter.CreateCounter<long>(RecordsDone, "{record}", "Records whose offset may pass, by what became of them");
    static readonly Counter<long> Retries = Meter.CreateCounter<long>(RecordsRetried, "{attempt}", "Attempts at a record after the first");
    static readonly Counter<long> ProduceFailures = Meter.CreateCounter<long>(RecordsNotProduced, "{record}", "Records that Kafka did not confirm");

    internal static void RecordDone(string topic, string group, string outcome) =>
        Records.Add(1, new(TopicTag, topic), new(GroupTag, group), new KeyValuePair<string, object?>(OutcomeTag, outcome));

    internal static void Retried(string topic, string group) => Retries.Add(1, new(TopicTag, topic), new KeyValuePair<string, object?>(GroupTag, group));

    internal static void ProduceFailed(string topic) => ProduceFailures.Add(1, new KeyValuePair<string, object?>(TopicTag, topic));

    internal static void Observe(KafkaEndpoints endpoints)
    {
        Observe(InFlight, "{record}", "Records taken from Kafka and not done with", endpoint => endpoint.InFlight);
        Observe(Paused, "", "Whether reading is paused by command (1) or not (0)", endpoint => endpoint.IsPaused ? 1 : 0);
        Observe(Assigned, "{partition}", "Partitions that this process reads", endpoint => endpoint.AssignedPartitions);
        Meter.CreateObservableCounter(
            RecordsFetched,
            () => endpoints.Select(endpoint => new Measurement<long>(
                endpoint.Fetched, new(TopicTag, endpoint.Topic), new KeyValuePair<string, object?>(GroupTag, endpoint.GroupId))),
            "{record}",
            "Records that came from brokers, again each time that one came again");
        Meter.CreateObservableGauge(
            ConsumerLag,
            () => endpoints.SelectMany(endpoint => endpoint.Lags, (endpoint, lag) => new Measurement<long>(
                lag.Value, new(TopicTag, endpoint.Topic), new(GroupTag, endpoint.GroupId), new KeyValuePair<string, object?>(PartitionTag, lag.Key))),
            "{record}",
            "Records behind the committed offset, in the partitions that this process reads");

        void Observe(string name, string unit, string description, Func<IKafkaEndpointControl, long> value) => Meter.CreateObservableGauge(
            name,
            () => endpoints.Select(endpoint => new Measurement<long>(
                value(endpoint), new(TopicTag, endpoint.Topic), new KeyValuePair<string, object?>(GroupTag, endpoint.GroupId))),
            unit,
            description);
    }
}
