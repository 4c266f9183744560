using System.Net;

namespace Seckill.DevKafka;

/// <summary>What the tool was asked to run.</summary>
public sealed record DevKafkaOptions
{
    /// <summary>Topics that exist from the start.</summary>
    public required IReadOnlyList<TopicSpec> Topics { get; init; }

    /// <summary>Partitions of any other topic.</summary>
    public required int DefaultPartitions { get; init; }

    /// <summary>Where clients find the brokers: one for each address.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    /// <summary>What clients are told instead, as many; empty for the same.</summary>
    public IReadOnlyList<IPEndPoint> Advertised { get; init; } = [];

    /// <summary>File that receives <c>host:port</c> of each, with commas between; or null.</summary>
    public string? PortFile { get; init; }

    /// <summary>Where commands are taken besides standard input; or null.</summary>
    public IPEndPoint? Control { get; init; }
}
