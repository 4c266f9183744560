using System.Net;
using System.Net.Sockets;
using System.Text;

using Seckill.Bench.Load;

namespace Seckill.Bench.Tests;

/// <summary>What the open loop makes of connections that end.</summary>
public sealed class OpenLine_Specs
{
    const string Answer = "HTTP/1.1 409 Conflict\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{\"code\":\"sold_out\"}";

    [Fact]
    public async Task Should_go_on_over_new_connections_when_the_server_ends_each()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        // It answers every second order, and hangs up on the others; none of both connections lives on.
        var serving = ServeAsync(server, 20, index => index % 2 == 0 ? Answer : null);
        var orders = StubApi.Orders(20);

        await new OpenLoop(server.LocalEndpoint, orders, perSecond: 500, connections: 1).RunAsync(() => { }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await serving;
        orders.Where(x => x.HttpStatus == 409 && x.Code == "sold_out").Count().ShouldBe(10);
        orders.Where(x => x.HttpStatus == 0).Count().ShouldBe(10);
        orders.ShouldAllBe(x => x.AnsweredAt >= x.IntendedAt);
    }

    [Fact]
    public async Task Should_take_what_is_no_http_for_no_answer()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server, 2, index => index == 0 ? "+PONG\r\n\r\n" : Answer);
        var orders = StubApi.Orders(2);

        await new OpenLoop(server.LocalEndpoint, orders, perSecond: 500, connections: 1).RunAsync(() => { }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await serving;
        orders.Select(x => x.HttpStatus).ShouldBe([0, 409]);
    }

    [Fact]
    public async Task Should_end_when_it_is_told_to_though_nobody_answers()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Should.ThrowAsync<OperationCanceledException>(
            new OpenLoop(server.LocalEndpoint, StubApi.Orders(3), perSecond: 500, connections: 2).RunAsync(() => { }, enough.Token));
    }

    [Fact]
    public async Task Should_say_that_nobody_listens()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var nobody = server.LocalEndpoint;
        server.Stop();

        await Should.ThrowAsync<SocketException>(new OpenLoop(nobody, StubApi.Orders(1), perSecond: 500, connections: 1).RunAsync(() => { }, CancellationToken.None));
    }

    /// <summary>Takes a connection for each order, reads the order, and answers or does not.</summary>
    static async Task ServeAsync(TcpListener server, int orders, Func<int, string?> answer)
    {
        var request = new byte[4096];
        for (var i = 0; i < orders; i++)
        {
            using var client = await server.AcceptSocketAsync();
            await client.ReceiveAsync(request);
            if (answer(i) is { } text)
                await client.SendAsync(Encoding.ASCII.GetBytes(text));
        }
    }
}
