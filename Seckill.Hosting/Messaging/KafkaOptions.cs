using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Messaging;

/// <summary>Where Kafka is, and how its topics are made: configuration section <c>Kafka</c>.</summary>
public sealed class KafkaOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Kafka";

    /// <summary>Brokers to ask first, as <c>host:port</c>, separated by commas.</summary>
    [Required(ErrorMessage = "must name at least one broker as host:port")]
    [RegularExpression(@"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$", ErrorMessage = "must be host:port, or several of them separated by commas")]
    public string Bootstrap { get; set; } = "127.0.0.1:9092";

    /// <summary>Partitions that <c>order_events</c> is created with.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 partitions")]
    public int OrderEventPartitions { get; set; } = 16;

    /// <summary>Partitions that every other topic is created with.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 partitions")]
    public int OtherPartitions { get; set; } = 4;

    /// <summary>
    /// The longest that a fetch of orders waits at the broker for <see cref="FetchLeastBytes"/>: what an order of its own pays for the many that are locked and
    /// written together while a sale runs. News of orders, which nothing is written for, are fetched as they come.
    /// </summary>
    [Range(1, 60_000, ErrorMessage = "must be from 1 to 60000 milliseconds")]
    public int FetchWaitMilliseconds { get; set; } = 5;

    /// <summary>The bytes of records with which such a fetch is answered at once.</summary>
    [Range(1, 16 * 1024 * 1024, ErrorMessage = "must be from 1 to 16777216 bytes")]
    public int FetchLeastBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// How long a record waits in its producer for others to share a request. Records that come while requests are on their way share one without it; where brokers are far
    /// away or count requests, a few milliseconds make fewer of them.
    /// </summary>
    [Range(0, 1000, ErrorMessage = "must be from 0 to 1000 milliseconds")]
    public int LingerMilliseconds { get; set; }

    /// <summary>How long a worker may be silent before the others take its partitions over. Brokers allow from 6 s by default.</summary>
    [Range(1, 300, ErrorMessage = "must be from 1 to 300 seconds")]
    public int SessionTimeoutSeconds { get; set; } = 10;

    /// <summary>Copies of each record; -1 for the cluster's default.</summary>
    [Range(-1, 10, ErrorMessage = "must be from 1 to 10 copies, or -1 for the cluster's default")]
    public short ReplicationFactor { get; set; } = -1;
}
