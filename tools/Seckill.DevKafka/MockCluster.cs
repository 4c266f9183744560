using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Seckill.DevKafka;

/// <summary>
/// One broker of librdkafka's mock cluster, in this process and in memory. It keeps at most 5 MiB or 100,000 records a partition and drops
/// the oldest without a word, it listens on a port of its own choice, and it knows no CreateTopics request.
/// </summary>
public sealed class MockCluster : IDisposable
{
    readonly nint _client;
    readonly nint _cluster;
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    readonly Lock _lock = new();
    bool _disposed;

    /// <summary>Starts the broker.</summary>
    public MockCluster()
    {
        // The mock borrows a client instance for its logs and timers; that client never connects anywhere.
        var error = new byte[512];
        var configuration = LibrdkafkaMock.NewConfiguration();
        if (LibrdkafkaMock.SetConfiguration(configuration, "log_level", "3", error, (nuint)error.Length) != 0)
            throw new InvalidOperationException(Text(error));
        _client = LibrdkafkaMock.NewClient(LibrdkafkaMock.ProducerType, configuration, error, (nuint)error.Length);
        if (_client == 0)
            throw new InvalidOperationException($"librdkafka gave no client: {Text(error)}");
        _cluster = LibrdkafkaMock.NewCluster(_client, 1);
        if (_cluster == 0)
        {
            LibrdkafkaMock.DestroyClient(_client);
            throw new InvalidOperationException("librdkafka could not start its broker on a loopback port.");
        }

        Address = IPEndPoint.Parse(Marshal.PtrToStringUTF8(LibrdkafkaMock.Bootstraps(_cluster))!);
    }

    /// <summary>Where the broker listens, and what it tells its clients.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Creates a topic unless it exists, or the broker is gone already.</summary>
    /// <param name="topic">The topic.</param>
    public void EnsureTopic(TopicSpec topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        // The lock keeps a connection that is being cut off from reaching into a broker that was freed.
        lock (_lock)
        {
            if (_disposed || !_known.Add(topic.Name))
                return;
            var error = LibrdkafkaMock.CreateTopic(_cluster, topic.Name, topic.Partitions, 1);
            if (error is not (LibrdkafkaMock.NoError or LibrdkafkaMock.TopicAlreadyExists))
                throw new InvalidOperationException($"Topic {topic.Name} with {topic.Partitions} partitions: librdkafka error {error}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            LibrdkafkaMock.DestroyCluster(_cluster);
            LibrdkafkaMock.DestroyClient(_client);
        }
    }

    static string Text(byte[] zeroTerminated) => Encoding.UTF8.GetString(zeroTerminated).TrimEnd('\0');
}
