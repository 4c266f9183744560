namespace Seckill.TestSupport;

/// <summary>The Kafka that a test without broker faults runs on: the one that KAFKA_BOOTSTRAP names, or else a development broker.</summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    readonly DevKafkaServer? _own;

    KafkaCluster(DevKafkaServer? own, string bootstrap)
    {
        _own = own;
        Bootstrap = bootstrap;
    }

    /// <summary>Where clients find it.</summary>
    public string Bootstrap { get; }

    /// <summary>Starts a broker unless there is one to use.</summary>
    public static async Task<KafkaCluster> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") is { Length: > 0 } external)
            return new KafkaCluster(null, external);
        var own = await DevKafkaServer.StartAsync().ConfigureAwait(false);
        return new KafkaCluster(own, own.Bootstrap);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
