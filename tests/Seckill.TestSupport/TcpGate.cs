using System.Net;
using System.Net.Sockets;

namespace Seckill.TestSupport;

/// <summary>A port that refuses connections until it is opened, and then passes them on: a server that comes up late, or goes away.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    readonly int _target;
    readonly List<TcpClient> _clients = [];
    TcpListener? _listener;
    Task _accepting = Task.CompletedTask;

    /// <summary>A gate before a port of the loopback interface, closed at first.</summary>
    public TcpGate(int target)
    {
        _target = target;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>The port to connect to.</summary>
    public int Port { get; }

    /// <summary>Takes connections from now on.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Cuts all connections and refuses new ones.</summary>
    public async Task CloseAsync()
    {
        _listener?.Dispose();
        _listener = null;
        lock (_clients)
        {
            _clients.ForEach(x => x.Dispose());
            _clients.Clear();
        }

        await _accepting;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    async Task AcceptAsync(TcpListener listener)
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var inside = await listener.AcceptTcpClientAsync();
                var outside = new TcpClient();
                lock (_clients)
                {
                    _clients.Add(inside);
                    _clients.Add(outside);
                }

                passing.Add(PassAsync(inside, outside));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    async Task PassAsync(TcpClient inside, TcpClient outside)
    {
        try
        {
            await outside.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(
                inside.GetStream().CopyToAsync(outside.GetStream()),
                outside.GetStream().CopyToAsync(inside.GetStream()));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side hung up, which is what the gate is for.
        }
        finally
        {
            inside.Dispose();
            outside.Dispose();
        }
    }
}
