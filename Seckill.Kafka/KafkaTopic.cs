namespace Seckill.Kafka;

/// <summary>A topic and the settings that it is created with. A topic that exists is left as it is.</summary>
public sealed record KafkaTopic
{
    /// <summary>Describes a topic.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="partitions">How many partitions it gets.</param>
    /// <param name="replicationFactor">Copies of each record, or -1 for the cluster's default.</param>
    /// <param name="retention">How long records are kept, or null for the cluster's default.</param>
    /// <param name="settings">Further topic settings by Kafka's names, such as <c>min.insync.replicas</c>.</param>
    public KafkaTopic(
        string name,
        int partitions,
        short replicationFactor = -1,
        TimeSpan? retention = null,
        IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        Name = name;
        Partitions = partitions;
        ReplicationFactor = replicationFactor;
        Retention = retention;
        Settings = settings ?? new Dictionary<string, string>();
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>How many partitions it gets.</summary>
    public int Partitions { get; }

    /// <summary>Copies of each record, or -1 for the cluster's default.</summary>
    public short ReplicationFactor { get; }

    /// <summary>How long records are kept, or null for the cluster's default.</summary>
    public TimeSpan? Retention { get; }

    /// <summary>Further topic settings by Kafka's names.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }
}
