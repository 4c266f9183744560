using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;

namespace Seckill.DevKafka;

/// <summary>
/// The address that clients know. librdkafka's broker cannot be told its port, and a new one cannot take over an old one's, so this listener
/// stays where it is while brokers come and go behind it; it puts its own address into the answers that name brokers.
/// </summary>
public sealed class KafkaFront : IDisposable
{
    readonly int _defaultPartitions;
    readonly Lock _lock = new();
    readonly HashSet<FrontConnection> _connections = [];
    MockCluster _cluster;
    Socket _listener;
    bool _up;

    /// <summary>Takes the address without accepting anybody yet.</summary>
    /// <param name="listen">The address; port 0 takes a free one.</param>
    /// <param name="cluster">The broker behind it.</param>
    /// <param name="defaultPartitions">Partitions of a topic that a client names and nobody created.</param>
    public KafkaFront(IPEndPoint listen, MockCluster cluster, int defaultPartitions)
    {
        _cluster = cluster;
        _defaultPartitions = defaultPartitions;
        _listener = Bind(listen);
        Address = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>What clients connect to, for the life of this object.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Reads <c>--listen</c>.</summary>
    /// <param name="result">The option as parsed so far.</param>
    public static IPEndPoint? ParseListenAddress(ArgumentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = result.Tokens.Single().Value;
        // The broker's answers carry the text "127.0.0.1"; another host could not be put in its place.
        if (IPEndPoint.TryParse(text, out var address) && address.Address.Equals(IPAddress.Loopback))
            return address;
        result.AddError($"--listen '{text}': expected 127.0.0.1:port.");
        return null;
    }

    /// <summary>Accepts clients.</summary>
    public void Up()
    {
        lock (_lock)
        {
            if (_up)
                return;
            _up = true;
            _listener.Listen(256);
            _ = AcceptAsync(_listener);
        }
    }

    /// <summary>Cuts every client off and refuses new ones; the port stays ours.</summary>
    public void Down()
    {
        lock (_lock)
        {
            if (!_up)
                return;
            _up = false;
            _listener.Dispose();
            CloseConnections();
            _listener = Bind(Address);
        }
    }

    /// <summary>Puts another broker behind the address. Clients are cut off, as by a restart.</summary>
    /// <param name="cluster">The new broker.</param>
    public void SwitchTo(MockCluster cluster)
    {
        lock (_lock)
        {
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
            _listener.Dispose();
            CloseConnections();
        }
    }

    void CloseConnections()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        _connections.Clear();
    }

    async Task AcceptAsync(Socket listener)
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

                var connection = new FrontConnection(client, _cluster, Address, _defaultPartitions);
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
