using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Seckill.Api.Tests.Http;

[Collection(ApiCollection.Name)]
public sealed class BrokenBody_Specs(ApiServers servers)
{
    [Theory]
    [InlineData("7fffffffffffffff")]
    [InlineData("80000000")]
    [InlineData("fffffffff")]
    [InlineData("xyz")]
    public async Task Should_be_refused_when_a_chunk_has_no_size_that_there_is(string size)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, servers.Api.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/activities/1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {servers.Api.Token("alice")}\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n"));

        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 400 Bad Request");
    }
}
