using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Seckill.DevKafka;

/// <summary>
/// The brokers of librdkafka's mock cluster, in this process and in memory: topics, groups and their offsets, ids of producers. They listen on ports of their own choice, and
/// they know no CreateTopics request. Their records they would keep in a list that each fetch goes through from its beginning, hand out one batch a fetch, and answer an idle
/// fetch only when its time is up; those are in <see cref="Records"/>.
/// </summary>
public sealed class MockCluster : IDisposable
{
    readonly nint _client;
    readonly nint _cluster;
    readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    readonly Lock _lock = new();
    int _moves;
    bool _disposed;

    /// <summary>Starts the brokers, which are numbered from 1.</summary>
    /// <param name="brokers">How many.</param>
    public MockCluster(int brokers)
    {
        // The mock borrows a client instance for its logs and timers; that client never connects anywhere.
        var error = new byte[512];
        var configuration = LibrdkafkaMock.NewConfiguration();
        if (LibrdkafkaMock.SetConfiguration(configuration, "log_level", "3", error, (nuint)error.Length) != 0)
            throw new InvalidOperationException(Text(error));
        _client = LibrdkafkaMock.NewClient(LibrdkafkaMock.ProducerType, configuration, error, (nuint)error.Length);
        if (_client == 0)
            throw new InvalidOperationException($"librdkafka gave no client: {Text(error)}");
        _cluster = LibrdkafkaMock.NewCluster(_client, brokers);
        if (_cluster == 0)
        {
            LibrdkafkaMock.DestroyClient(_client);
            throw new InvalidOperationException("librdkafka could not start its brokers on loopback ports.");
        }

        foreach (var (api, versions) in RecordRequests.Versions)
            Check(LibrdkafkaMock.SetVersions(_cluster, api, versions.Least, versions.Most), $"the versions of request {api}");
        // Later versions have epochs of leaders, and clients would ask the brokers, which have no records, where an epoch ended.
        Check(LibrdkafkaMock.SetVersions(_cluster, FrontConnection.MetadataApi, 0, 2), "the versions of metadata");
        // By default it is a number that no broker has, and clients that want to create topics wait for it in vain; of this one they learn at once that it cannot.
        LibrdkafkaMock.SetController(_cluster, 1);
        Addresses = [.. Marshal.PtrToStringUTF8(LibrdkafkaMock.Bootstraps(_cluster))!.Split(',').Select(IPEndPoint.Parse)];
    }

    /// <summary>Where the brokers listen, in the order of their numbers.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; }

    /// <summary>The records of the topics.</summary>
    internal RecordStore Records { get; } = new();

    /// <summary>What the brokers tell clients of where to find them.</summary>
    /// <param name="addresses">One of each broker.</param>
    internal void Advertise(IReadOnlyList<IPEndPoint> addresses)
    {
        lock (_lock)
        {
            for (var broker = 0; broker < addresses.Count && !_disposed; broker++)
                LibrdkafkaMock.SetAddress(_cluster, broker + 1, addresses[broker].Address.ToString(), addresses[broker].Port);
        }
    }

    /// <summary>Creates a topic unless it exists, or the broker is gone already.</summary>
    /// <param name="topic">The topic.</param>
    public void EnsureTopic(TopicSpec topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        // The lock keeps a connection that is being cut off from reaching into a broker that was freed.
        lock (_lock)
        {
            if (_disposed || !_known.TryAdd(topic.Name, topic.Partitions))
                return;
            var error = LibrdkafkaMock.CreateTopic(_cluster, topic.Name, topic.Partitions, 1);
            if (error is not (LibrdkafkaMock.NoError or LibrdkafkaMock.TopicAlreadyExists))
                throw new InvalidOperationException($"Topic {topic.Name} with {topic.Partitions} partitions: librdkafka error {error}.");
            Records.Add(topic);
            // librdkafka draws them by chance, and tells nobody but clients.
            SetLeaders(topic.Name, topic.Partitions);
        }
    }

    /// <summary>Every partition gets another leader, and the groups that are named another coordinator.</summary>
    /// <param name="groups">Consumer groups.</param>
    public void MoveLeaders(IEnumerable<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        lock (_lock)
        {
            _moves++;
            foreach (var (topic, partitions) in _known)
                SetLeaders(topic, partitions);
            foreach (var group in groups)
                Check(LibrdkafkaMock.SetCoordinator(_cluster, "group", group, BrokerOf(0)), $"the coordinator of {group}");
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

    void SetLeaders(string topic, int partitions)
    {
        for (var partition = 0; partition < partitions; partition++)
        {
            Check(LibrdkafkaMock.SetLeader(_cluster, topic, partition, BrokerOf(partition)), $"the leader of {topic}");
            Records.Lead(topic, partition, BrokerOf(partition));
        }
    }

    int BrokerOf(int partition) => 1 + ((partition + _moves) % Addresses.Count);

    static void Check(int error, string what)
    {
        if (error != LibrdkafkaMock.NoError)
            throw new InvalidOperationException($"librdkafka could not set {what}: error {error}.");
    }

    static string Text(byte[] zeroTerminated) => Encoding.UTF8.GetString(zeroTerminated).TrimEnd('\0');
}
