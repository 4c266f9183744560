using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Seckill.Hosting.Identity;

namespace Seckill.Api.Tests.Http;

/// <summary>Requests that are meant to cost the API more than their sender: refused at a bound, and the API answers others as before.</summary>
[Collection(ApiCollection.Name)]
public sealed class HostileRequests_Specs(ApiServers servers) : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    readonly ApiHost _api = servers.Api;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => (await _api.GetAsync("/healthz/live")).ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Should_refuse_deep_JSON(int depth)
    {
        var deep = new string('[', depth) + new string(']', depth);

        (await OrderAsync($$"""{"skuId":1,"quantity":{{deep}}}""")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    [Theory]
    [InlineData("""{"skuId":1,"quantity":1,"quantity":2}""")]
    [InlineData("""{"skuId":1,"skuId":1,"quantity":1}""")]
    [InlineData("""{"skuId":1,"quantity":1,"\u0071uantity":2}""")]
    public async Task Should_refuse_a_field_that_is_there_twice(string body)
        => (await OrderAsync(body)).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("0.1")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    public async Task Should_blame_a_quantity_that_is_no_number_of_units(string quantity)
        => (await OrderAsync($$"""{"skuId":1,"quantity":{{quantity}}}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid");

    [Fact]
    public async Task Should_not_read_huge_headers()
        => (await SendAsync($"GET /api/activities HTTP/1.1\r\nHost: a\r\nX-Long: {new string('x', 20_000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431");

    [Fact]
    public async Task Should_not_read_very_many_headers()
    {
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"));

        (await SendAsync($"GET /api/activities HTTP/1.1\r\nHost: a\r\n{many}\r\n")).ShouldStartWith("HTTP/1.1 431");
    }

    [Fact]
    public async Task Should_not_read_a_huge_address()
        => (await SendAsync($"GET /api/activities?{new string('x', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n")).ShouldStartWith("HTTP/1.1 414");

    [Fact]
    public async Task Should_not_read_a_huge_body_in_pieces()
    {
        var chunk = $"{4096:x}\r\n{new string(' ', 4096)}\r\n";

        (await SendAsync(
            $"POST /api/activities/1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {_api.Token("alice", Roles.Buyer)}\r\n"
            + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat(chunk, 8))}0\r\n\r\n"))
            .ShouldStartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task Should_cut_off_clients_that_send_drop_by_drop()
    {
        var drips = new[]
        {
            "GET /api/activities HTTP/1.1\r\nHost: a\r\nX-Slow: ",
            $"POST /api/activities/1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {_api.Token("alice", Roles.Buyer)}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 16000\r\n\r\n{",
        };

        // 10 s for headers, 5 s for a body below 240 bytes a second, and what a busy machine adds.
        foreach (var outcome in drips.Select(DripAsync).ToList())
            await Should.ThrowAsync<IOException>(outcome);
    }

    async Task<ApiAnswer> OrderAsync(string body)
        => await _api.SendAsync(HttpMethod.Post, $"/api/activities/{await _api.AddActivityAsync()}/orders", body, "alice");

    async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _api.Client.BaseAddress!.Port);
        return client;
    }

    /// <summary>Sends bytes and returns how the answer begins.</summary>
    async Task<string> SendAsync(string request)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[64];
        var length = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false).AsTask().WaitAsync(Patience);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    /// <summary>Sends a beginning, and then a byte now and then until the connection is closed.</summary>
    async Task DripAsync(string beginning)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));
        for (var sent = Stopwatch.StartNew(); sent.Elapsed < Patience;)
        {
            await stream.WriteAsync("x"u8.ToArray());
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }
}
