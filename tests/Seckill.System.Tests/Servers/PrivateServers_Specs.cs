using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Microsoft.Extensions.Options;

using MySqlConnector;

using Npgsql;

using Seckill.Ledger;
using Seckill.Ledger.Connections;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Servers;

/// <summary>
/// The servers that scripts/servers starts, for <c>up</c> as for everything else: <c>./seckill test</c> runs on such ones, and says so. A run of tests without it
/// starts none, and a real server is somebody else's to close: then there is nothing to look at.
/// </summary>
public sealed class PrivateServers_Specs
{
    static readonly string? Run = Environment.GetEnvironmentVariable("SECKILL_TEST") is null
        ? null
        : Path.Combine(Checkout.Root, ".local", "run", Path.GetFileName(Environment.GetEnvironmentVariable("Logs__Directory")!));

    [Fact]
    public void Should_listen_on_loopback_only()
    {
        foreach (var (server, port) in Ports())
        {
            var addresses = LocalListeners.Of(port);
            // Programs that tests have not asked for have a port and nothing behind it.
            addresses.ShouldAllBe(x => IPAddress.IsLoopback(x), server);
            if (server is "mysql" or "redis-stock" or "redis-cache" or "postgres" or "kafka" || server.StartsWith("rabbitmq", StringComparison.Ordinal))
                addresses.ShouldNotBeEmpty(server);
        }
    }

    [Theory]
    [InlineData("redis-stock", "Redis__Stock")]
    [InlineData("redis-cache", "Redis__Cache")]
    public async Task Should_want_a_password_for_Redis(string server, string section)
    {
        if (!Ports().TryGetValue(server, out var port))
            return;

        (await AskRedisAsync(port, "PING")).ShouldStartWith("-NOAUTH");
        (await AskRedisAsync(port, "AUTH wrong")).ShouldStartWith("-WRONGPASS");
        (await AskRedisAsync(port, "AUTH " + Setting(section, "Password"))).ShouldStartWith("+OK");
    }

    [Fact]
    public async Task Should_want_a_password_for_MySQL()
    {
        if (!Ports().TryGetValue("mysql", out var port))
            return;

        foreach (var user in new[] { "seckill", "root", "mysql", "nobody" })
            (await Should.ThrowAsync<ConnectionLostException>(() => OpenMySqlAsync(port, user, ""), user)).InnerException.ShouldBeOfType<MySqlException>().ErrorCode.ShouldBe(MySqlErrorCode.AccessDenied);
        await OpenMySqlAsync(port, "seckill", Setting("Database__MySql", "Password"));
    }

    [Fact]
    public async Task Should_want_a_password_for_PostgreSQL()
    {
        if (!Ports().TryGetValue("postgres", out var port))
            return;

        foreach (var (user, password) in new[] { ("seckill", ""), ("seckill", "wrong"), ("postgres", "") })
            await Should.ThrowAsync<NpgsqlException>(() => OpenPostgresAsync(port, user, password), user);
        await OpenPostgresAsync(port, "seckill", Setting("Database__Postgres", "Password"));
    }

    [Fact]
    public async Task Should_want_a_password_for_RabbitMQ()
    {
        if (!Ports().TryGetValue("rabbitmq", out var port))
            return;

        (await IsLetInAsync(port, "guest", "guest")).ShouldBeFalse();
        (await IsLetInAsync(port, "seckill", "wrong")).ShouldBeFalse();
        (await IsLetInAsync(port, "seckill", Setting("RabbitMq", "Password"))).ShouldBeTrue();
    }

    static Dictionary<string, int> Ports() => Run is null
        ? []
        : Directory.GetFiles(Path.Combine(Run, "ports")).ToDictionary(x => Path.GetFileName(x), x => int.Parse(File.ReadAllText(x), CultureInfo.InvariantCulture));

    static string Setting(string section, string name)
        => Environment.GetEnvironmentVariable($"{section}__{name}") ?? throw new InvalidOperationException($"{section}__{name} is not set");

    static async Task<string> AskRedisAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }

    static async Task OpenMySqlAsync(int port, string user, string password)
    {
        var options = new MySqlOptions { Host = "127.0.0.1", Port = port, User = user, Password = password, Database = "seckill" };
        await using var connection = await new MySqlDatabase(Options.Create(options)).OpenServerAsync();
    }

    static async Task OpenPostgresAsync(int port, string user, string password)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = user, Password = password, Database = "seckill", Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
    }

    /// <summary>Says hello as AMQP 0-9-1 does, with mechanism PLAIN; whoever is let in is asked to tune the connection (class 10, method 30).</summary>
    static async Task<bool> IsLetInAsync(int port, string user, string password)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
        await ReadFrameAsync(stream);
        byte[] startOk =
        [
            0, 10, 0, 11, 0, 0, 0, 0, .. Short("PLAIN"), 0, 0, 0, (byte)(user.Length + password.Length + 2), .. Encoding.ASCII.GetBytes($"\0{user}\0{password}"), .. Short("en_US"),
        ];
        byte[] frame = [1, 0, 0, 0, 0, 0, (byte)startOk.Length, .. startOk, 0xCE];
        await stream.WriteAsync(frame);
        try
        {
            return (await ReadFrameAsync(stream)).AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0, 10, 0, 30]);
        }
        catch (IOException)
        {
            return false;
        }
    }

    static async Task<byte[]> ReadFrameAsync(NetworkStream stream)
    {
        var head = new byte[7];
        await stream.ReadExactlyAsync(head);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(3)) + 1];
        await stream.ReadExactlyAsync(frame);
        return frame;
    }

    static byte[] Short(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
