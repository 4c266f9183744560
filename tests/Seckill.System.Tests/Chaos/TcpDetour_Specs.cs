using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using Seckill.Chaos.Detours;

namespace Seckill.System.Tests.Chaos;

public sealed class TcpDetour_Specs : IAsyncLifetime, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly byte[] Word = "word"u8.ToArray();

    readonly TcpListener _server = new(IPAddress.Loopback, 0);
    readonly TcpDetour _detour;
    int _heard;

    public TcpDetour_Specs()
    {
        _server.Start();
        _detour = new TcpDetour(0, () => (IPEndPoint)_server.LocalEndpoint);
        _ = EchoAsync();
    }

    [Fact]
    public async Task Should_lead_to_the_server_and_back()
    {
        using var client = await ConnectAsync();

        await AskAsync(client).WaitAsync(Patience);
    }

    [Fact]
    public async Task Should_be_late_each_way()
    {
        using var client = await ConnectAsync();
        _detour.Trouble = new Trouble(TimeSpan.FromMilliseconds(150));
        var watch = Stopwatch.StartNew();

        await AskAsync(client).WaitAsync(Patience);

        watch.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(295));
    }

    [Fact]
    public async Task Should_let_no_more_through_than_it_may()
    {
        using var client = await ConnectAsync();
        _detour.Trouble = new Trouble(BytesPerSecond: 20);
        var watch = Stopwatch.StartNew();

        for (var i = 0; i < 3; i++)
            await AskAsync(client).WaitAsync(Patience);

        // Two words each way have to be through before the third can go.
        watch.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(350));
    }

    [Fact]
    public async Task Should_hold_what_is_on_the_way_and_deliver_it_afterwards()
    {
        using var client = await ConnectAsync();
        await AskAsync(client).WaitAsync(Patience);
        _detour.Trouble = new Trouble(Holds: true);

        var asking = AskAsync(client);
        using var late = await ConnectAsync();
        var lateAsking = AskAsync(late);
        await Task.WhenAny(asking, lateAsking, Task.Delay(300));
        (asking.IsCompleted || lateAsking.IsCompleted).ShouldBeFalse();
        _detour.Trouble = Trouble.None;

        await Task.WhenAll(asking, lateAsking).WaitAsync(Patience);
    }

    [Fact]
    public async Task Should_reset_connections_and_take_new_ones()
    {
        using var client = await ConnectAsync();
        await AskAsync(client).WaitAsync(Patience);

        _detour.Reset();

        (await Should.ThrowAsync<SocketException>(() => AskAsync(client).WaitAsync(Patience))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        using var another = await ConnectAsync();
        await AskAsync(another).WaitAsync(Patience);
    }

    [Fact]
    public async Task Should_pass_on_what_it_waits_for_and_then_keep_the_answer()
    {
        using var client = await ConnectAsync();
        await AskAsync(client).WaitAsync(Patience);
        var acted = false;
        _detour.Ambush = new Ambush(Word, async () =>
        {
            while (Volatile.Read(ref _heard) < 2 * Word.Length)
                await Task.Delay(10);
            acted = true;
        });

        // Closed or reset, but not silent.
        (await Should.ThrowAsync<Exception>(() => AskAsync(client).WaitAsync(Patience))).ShouldNotBeOfType<TimeoutException>();

        acted.ShouldBeTrue();
        _detour.Ambush = null;
        using var another = await ConnectAsync();
        await AskAsync(another).WaitAsync(Patience);
    }

    [Fact]
    public async Task Should_hang_up_where_the_server_does()
    {
        _server.Stop();
        using var client = await ConnectAsync();

        (await client.ReceiveAsync(new byte[1]).WaitAsync(Patience)).ShouldBe(0);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _detour.DisposeAsync();

    public void Dispose() => _server.Dispose();

    async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _detour.Port);
        return client;
    }

    static async Task AskAsync(Socket client)
    {
        await client.SendAsync(Word);
        var answer = new byte[Word.Length];
        for (var read = 0; read < answer.Length;)
        {
            var more = await client.ReceiveAsync(answer.AsMemory(read));
            if (more == 0)
                throw new IOException("The connection was closed");
            read += more;
        }

        answer.ShouldBe(Word);
    }

    async Task EchoAsync()
    {
        try
        {
            while (true)
                _ = EchoAsync(await _server.AcceptSocketAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task EchoAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[64];
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                Interlocked.Add(ref _heard, read);
                await socket.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        socket.Dispose();
    }
}
