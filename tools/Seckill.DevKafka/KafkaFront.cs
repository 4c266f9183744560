using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;

namespace Seckill.DevKafka;

/// <summary>
/// The addresses that clients know, one of each broker. librdkafka's brokers cannot be told their ports, and a new one cannot take over an old one's, so
/// these listeners stay where they are while brokers come and go behind them, which are told the addresses.
/// </summary>
public sealed class KafkaFront : IDisposable
{
    readonly int _defaultPartitions;
    readonly IReadOnlyList<IPEndPoint> _advertised;
    readonly Lock _lock = new();
    readonly HashSet<FrontConnection> _connections = [];
    readonly Socket[] _listeners;
    MockCluster _cluster;
    bool _up;

    /// <summary>Takes the addresses without accepting anybody yet.</summary>
    /// <param name="listen">An address for each broker; port 0 takes a free one.</param>
    /// <param name="advertised">What clients are told instead, where there is something between them and these; empty where there is not.</param>
    /// <param name="cluster">The brokers behind it.</param>
    /// <param name="defaultPartitions">Partitions of a topic that a client names and nobody created.</param>
    public KafkaFront(IReadOnlyList<IPEndPoint> listen, IReadOnlyList<IPEndPoint> advertised, MockCluster cluster, int defaultPartitions)
    {
        ArgumentNullException.ThrowIfNull(advertised);
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _defaultPartitions = defaultPartitions;
        _listeners = [.. listen.Select(Bind)];
        Addresses = [.. _listeners.Select(x => (IPEndPoint)x.LocalEndPoint!)];
        _advertised = advertised.Count == 0 ? Addresses : advertised;
        cluster.Advertise(_advertised);
    }

    /// <summary>What it listens on, for the life of this object.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; }

    /// <summary>Reads addresses of an option.</summary>
    /// <param name="result">The option as parsed so far.</param>
    public static IPEndPoint[] ParseAddresses(ArgumentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var addresses = new List<IPEndPoint>();
        foreach (var token in result.Tokens)
        {
            if (IPEndPoint.TryParse(token.Value, out var address) && address.Address.Equals(IPAddress.Loopback))
                addresses.Add(address);
            else
                result.AddError($"'{token.Value}': expected 127.0.0.1:port.");
        }

        return [.. addresses];
    }

    /// <summary>Accepts clients.</summary>
    public void Up()
    {
        lock (_lock)
        {
            if (_up)
                return;
            _up = true;
            for (var broker = 0; broker < _listeners.Length; broker++)
            {
                _listeners[broker].Listen(256);
                _ = AcceptAsync(_listeners[broker], broker);
            }
        }
    }

    /// <summary>Cuts every client off and refuses new ones; the ports stay ours.</summary>
    public void Down()
    {
        lock (_lock)
        {
            if (!_up)
                return;
            _up = false;
            foreach (var listener in _listeners)
                listener.Dispose();
            CloseConnections();
            for (var broker = 0; broker < _listeners.Length; broker++)
                _listeners[broker] = Bind(Addresses[broker]);
        }
    }

    /// <summary>Puts other brokers behind the addresses. Clients are cut off, as by a restart.</summary>
    /// <param name="cluster">The new brokers, as many as before.</param>
    public void SwitchTo(MockCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        lock (_lock)
        {
            cluster.Advertise(_advertised);
            _cluster = cluster;
            CloseConnections();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _up = false;
            foreach (var listener in _listeners)
                listener.Dispose();
            CloseConnections();
        }
    }

    void CloseConnections()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        _connections.Clear();
    }

    async Task AcceptAsync(Socket listener, int broker)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return; // Down or Dispose closed the listener.
            }

            lock (_lock)
            {
                if (!_up)
                {
                    client.Dispose();
                    return;
                }

                var connection = new FrontConnection(client, _cluster, broker, _defaultPartitions);
                _connections.Add(connection);
                _ = ServeAsync(connection);
            }
        }
    }

    async Task ServeAsync(FrontConnection connection)
    {
        await connection.RunAsync().ConfigureAwait(false);
        lock (_lock)
            _connections.Remove(connection);
        connection.Dispose();
    }

    static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(address);
        return socket;
    }
}
