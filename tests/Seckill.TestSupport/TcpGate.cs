using System.Net;
using System.Net.Sockets;

namespace Seckill.TestSupport;

/// <summary>A port that refuses connections until it is opened, and then passes them on: a server that comes up late, goes away, or falls silent.</summary>
/// <param name="target">The port of the loopback interface that it passes them to.</param>
public sealed class TcpGate(int target) : IAsyncDisposable
{
    readonly List<TcpClient> _clients = [];
    TcpListener? _listener;
    Task _accepting = Task.CompletedTask;
    volatile TaskCompletionSource? _silence;
    int _taken;

    /// <summary>The port to connect to.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>How many connections were taken so far.</summary>
    public int Taken => Volatile.Read(ref _taken);

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

    /// <summary>Takes connections and bytes, and passes nothing on until <see cref="Speak"/>: then all of it, in order.</summary>
    public void FallSilent() => _silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the silence.</summary>
    public void Speak()
    {
        _silence?.SetResult();
        _silence = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Speak();
        await CloseAsync();
    }

    async Task AcceptAsync(TcpListener listener)
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var inside = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _taken);
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
            await outside.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(
                CopyAsync(inside.GetStream(), outside.GetStream()),
                CopyAsync(outside.GetStream(), inside.GetStream()));
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

    async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            if (_silence is { } silence)
                await silence.Task;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
