using System.Net;
using System.Net.Sockets;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>Where a connection breaks when COMMIT passes.</summary>
public enum CutMode
{
    /// <summary>The server never sees the COMMIT.</summary>
    BeforeServer,

    /// <summary>The server commits, and its answer is lost.</summary>
    AfterServer,
}

/// <summary>Stands between a client and MySQL and breaks connections at COMMIT.</summary>
sealed class CommitCuttingProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly string _host;
    readonly int _port;
    Task _accepting = Task.CompletedTask;
    int _cutsLeft;
    int _cuts;
    CutMode _mode;
    volatile bool _swallow;
    TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    CommitCuttingProxy(string host, int port) => (_host, _port) = (host, port);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>What happens between the server's COMMIT, whose answer is lost, and the moment when the client notices.</summary>
    public Func<Task>? BeforeCut { get; set; }

    public static CommitCuttingProxy Start(string host, int port)
    {
        var proxy = new CommitCuttingProxy(host, port);
        proxy._listener.Start();
        proxy._accepting = Task.Run(proxy.AcceptAsync);
        return proxy;
    }

    public void CutNextCommits(int count, CutMode mode)
    {
        _mode = mode;
        Volatile.Write(ref _cutsLeft, count);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_host, _port, _stopping.Token);
                await Task.WhenAny(PumpRequestsAsync(client, server), PumpAnswersAsync(server, client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // The connection is over; the client sees it closed.
            }
        }
    }

    async Task PumpRequestsAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await client.GetStream().ReadAsync(buffer, _stopping.Token);
            if (read == 0)
                return;

            // COM_QUERY of the one word arrives alone. (READ COMMITTED, which a new connection asks for, is none.)
            var isCommit = buffer.AsSpan(0, read).EndsWith("COMMIT"u8);
            if (isCommit && Interlocked.Decrement(ref _cutsLeft) >= 0)
            {
                Interlocked.Increment(ref _cuts);
                if (_mode == CutMode.AfterServer)
                {
                    _swallow = true;
                    await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
                    await _answered.Task.WaitAsync(TimeSpan.FromSeconds(10));
                    _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _swallow = false;
                    if (BeforeCut is { } happens)
                        await happens();
                }

                return;
            }

            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
        }
    }

    async Task PumpAnswersAsync(TcpClient server, TcpClient client)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await server.GetStream().ReadAsync(buffer, _stopping.Token);
            if (read == 0)
                return;

            if (_swallow)
                _answered.TrySetResult();
            else
                await client.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
        }
    }
}
