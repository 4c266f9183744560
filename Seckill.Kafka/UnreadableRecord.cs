namespace Seckill.Kafka;

/// <summary>A record whose value could not be deserialised.</summary>
public sealed record UnreadableRecord
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition.</summary>
    public required int Partition { get; init; }

    /// <summary>The offset.</summary>
    public required long Offset { get; init; }

    /// <summary>The key's bytes; null for none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The value's bytes.</summary>
    public required byte[] Value { get; init; }

    /// <summary>The headers, in their order; a name may come more than once.</summary>
    public required IReadOnlyList<KeyValuePair<string, byte[]>> Headers { get; init; }

    /// <summary>When the record was produced.</summary>
    public required DateTimeOffset ProducedAt { get; init; }

    /// <summary>What is wrong with the value.</summary>
    public required Exception Reason { get; init; }
}
