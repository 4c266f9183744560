using System.Net;
using System.Net.Sockets;
using System.Text;

using Seckill.Bench.Load;

namespace Seckill.Bench.Tests;

/// <summary>What both loops make of connections that end.</summary>
public sealed class OrderLine_Specs
{
    const string Answer = "HTTP/1.1 409 Conflict\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{\"code\":\"sold_out\"}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_place_every_order_once_over_new_connections_when_the_server_ends_each(bool closed)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        // It answers every second order, and hangs up on the others; none of both connections lives on.
        var serving = ServeAsync(server, 20, index => index % 2 == 0 ? Answer : null);
        var orders = StubApi.Orders(20);

        var running = closed
            ? new ClosedLoop(server.LocalEndpoint, orders, inFlight: 1, follow: true).RunAsync(() => { }, CancellationToken.None)
            : new OpenLoop(server.LocalEndpoint, orders, perSecond: 500, connections: 1).RunAsync(() => { }, CancellationToken.None);
        await running.WaitAsync(TimeSpan.FromSeconds(30));

        await serving;
        orders.Where(x => x.HttpStatus == 409 && x.Code == "sold_out").Count().ShouldBe(10);
        orders.Where(x => x.HttpStatus == 0).Count().ShouldBe(10);
        orders.ShouldAllBe(x => x.AnsweredAt >= x.IntendedAt);
    }

    /// <summary>Each connection ends with its first request: an order that is accepted is asked for over another, until that is answered.</summary>
    [Fact]
    public async Task Should_ask_again_for_an_accepted_order_when_the_connection_falls()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var orderId = Guid.CreateVersion7();
        var serving = ServeAsync(server, 4, index => index switch
        {
            0 => Json(202, $"{{\"orderId\":\"{orderId}\",\"status\":\"pending\"}}"),
            1 => null,
            2 => Json(200, $"{{\"orderId\":\"{orderId}\",\"status\":\"pending\"}}"),
            _ => Json(200, $"{{\"orderId\":\"{orderId}\",\"status\":\"confirmed\"}}"),
        });
        var orders = StubApi.Orders(1);

        await new ClosedLoop(server.LocalEndpoint, orders, inFlight: 3, follow: true).RunAsync(() => { }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await serving;
        (orders[0].HttpStatus, orders[0].OrderId, orders[0].Status).ShouldBe((202, orderId, "confirmed"));
        orders[0].DecidedAt.ShouldBeGreaterThan(orders[0].AnsweredAt);
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

    static string Json(int status, string body) => $"HTTP/1.1 {status} Told\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    /// <summary>Takes a connection for each request, reads the order, and answers or does not.</summary>
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
