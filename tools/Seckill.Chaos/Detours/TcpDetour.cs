using System.Net;
using System.Net.Sockets;

namespace Seckill.Chaos.Detours;

/// <summary>A port of the loopback interface that leads to a server, and can make the way there slow, broken or endless.</summary>
sealed class TcpDetour : IAsyncDisposable
{
    readonly Func<IPEndPoint> _target;
    readonly Socket _listener;
    readonly Task _accepting;
    readonly HashSet<DetourConnection> _connections = [];
    TaskCompletionSource _passable = Passable();
    volatile Trouble _trouble = Trouble.None;
    volatile Ambush? _ambush;
    int _troubled;

    /// <param name="port">Its port; 0 takes a free one.</param>
    /// <param name="target">Where the server is, asked for each connection.</param>
    public TcpDetour(int port, Func<IPEndPoint> target)
    {
        _target = target;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>What is wrong from now on, for connections that are there as for new ones.</summary>
    public Trouble Trouble
    {
        get => _trouble;
        set
        {
            _trouble = value;
            if (value.Holds)
                _passable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            else
                _passable.TrySetResult();
        }
    }

    /// <summary>What waits for what is sent to the server; null for nothing.</summary>
    public Ambush? Ambush
    {
        get => _ambush;
        set => _ambush = value;
    }

    /// <summary>Pieces that something was wrong for since that was last forgotten.</summary>
    public int Troubled => Volatile.Read(ref _troubled);

    public void ForgetTroubled() => Volatile.Write(ref _troubled, 0);

    /// <summary>Called for each piece.</summary>
    public void Note()
    {
        if (_trouble != Trouble.None)
            Interlocked.Increment(ref _troubled);
    }

    /// <summary>Ends once what holds everything has ended.</summary>
    public Task PassableAsync() => _passable.Task;

    /// <summary>Resets all connections, and says how many; new ones are welcome.</summary>
    public int Reset()
    {
        lock (_connections)
        {
            var all = _connections.Count;
            foreach (var connection in _connections)
                connection.Reset();
            _connections.Clear();
            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _passable.TrySetResult();
        Reset();
        await _accepting.ConfigureAwait(false);
    }

    static TaskCompletionSource Passable()
    {
        var passable = new TaskCompletionSource();
        passable.SetResult();
        return passable;
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new DetourConnection(this, client);
            lock (_connections)
                _connections.Add(connection);
            _ = ServeAsync(connection);
        }
    }

    async Task ServeAsync(DetourConnection connection)
    {
        await connection.RunAsync(_target()).ConfigureAwait(false);
        lock (_connections)
            _connections.Remove(connection);
    }
}
