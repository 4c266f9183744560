using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Seckill.TestSupport;

/// <summary>A private <c>redis-server</c> on a free port, that a test may kill and start again with its data or without.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    readonly string _folder = ServerProcess.NewFolder("redis");
    ServerProcess? _process;

    RedisServer(int port) => Port = port;

    /// <summary>Always the loopback interface.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>Its port, the same for its whole life.</summary>
    public int Port { get; }

    /// <summary>Starts an empty one. Its append-only file survives the end of the process, if not that of the machine.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer(FreePort.Next());
        await server.RunAsync();
        return server;
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        _process = null;
    }

    /// <summary>Makes it hang: connections stay, and nobody answers.</summary>
    public Task FreezeAsync() => _process?.FreezeAsync() ?? throw new InvalidOperationException("It does not run");

    /// <summary>Lets a frozen one go on.</summary>
    public Task ThawAsync() => _process?.ThawAsync() ?? throw new InvalidOperationException("It does not run");

    /// <summary>Starts it again after a kill, with the data that it had.</summary>
    public Task RestartAsync() => RunAsync();

    /// <summary>Kills it and starts it again without data.</summary>
    public async Task RestartEmptyAsync()
    {
        await KillAsync();
        foreach (var folder in Directory.GetDirectories(_folder))
            Directory.Delete(folder, recursive: true);
        await RunAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task RunAsync()
    {
        _process = ServerProcess.Start("redis-server",
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", Host, "--dir", _folder, "--save", "",
            // "everysec" holds writes back while a sync is under way, so that a killed process loses some.
            "--appendonly", "yes", "--appendfsync", "no", "--maxmemory-policy", "noeviction",
        ]);
        await _process.WaitUntilAsync(AnswersAsync);
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[64];
            var length = await stream.ReadAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
