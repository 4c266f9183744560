using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Seckill.TestSupport;

/// <summary>
/// The S3 service that tests use: the one that the environment names (<c>Archive__S3__ServiceUrl</c>, …), or else a private one on a free
/// port, with a bucket. A private one may be stopped and started again, with its objects.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    readonly string? _folder;
    readonly int _port;
    readonly bool _conditionalWrites;
    string _modules = "";
    ServerProcess? _process;

    S3Server(string serviceUrl, string bucket, string accessKey, string secretKey, bool conditionalWrites, int port = 0, string? folder = null)
    {
        ServiceUrl = serviceUrl;
        Bucket = bucket;
        AccessKey = accessKey;
        SecretKey = secretKey;
        _conditionalWrites = conditionalWrites;
        _port = port;
        _folder = folder;
    }

    /// <summary>Its address.</summary>
    public string ServiceUrl { get; }

    /// <summary>A bucket that exists.</summary>
    public string Bucket { get; }

    /// <summary>Access key.</summary>
    public string AccessKey { get; }

    /// <summary>Secret key.</summary>
    public string SecretKey { get; }

    /// <summary>Finds or starts one that makes writes depend on <c>If-Match</c> and <c>If-None-Match</c>, as Amazon's does.</summary>
    public static async Task<S3Server> StartAsync()
    {
        return Setting("ServiceUrl") is { Length: > 0 } url
            ? new S3Server(url, Required("Bucket"), Required("AccessKey"), Required("SecretKey"), conditionalWrites: true)
            : await StartPrivateAsync(conditionalWrites: true);
    }

    /// <summary>Starts one that belongs to the caller alone.</summary>
    /// <param name="conditionalWrites">Whether it heeds <c>If-Match</c> and <c>If-None-Match</c> of writes.</param>
    public static async Task<S3Server> StartPrivateAsync(bool conditionalWrites)
    {
        var port = FreePort.Next();
        var server = new S3Server($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "archive", "S3RVER", "S3RVER", conditionalWrites,
            port, ServerProcess.NewFolder("s3"));
        try
        {
            server._modules = await ServerProcess.AskAsync(Path.Combine(Checkout.Root, "scripts", "install-s3-server"));
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends a private one at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        _process = null;
    }

    /// <summary>Makes a private one hang: connections stay, and nobody answers.</summary>
    public Task FreezeAsync() => _process?.FreezeAsync() ?? throw new InvalidOperationException("Only a private server can be frozen");

    /// <summary>Lets a frozen one go on.</summary>
    public Task ThawAsync() => _process?.ThawAsync() ?? throw new InvalidOperationException("Only a private server can be thawed");

    /// <summary>Starts a private one again, with its objects.</summary>
    public async Task RestartAsync()
    {
        string[] conditions = _conditionalWrites ? ["--conditional-writes"] : [];
        _process = ServerProcess.Start("env",
        [
            $"NODE_PATH={Path.Combine(_modules, "node_modules")}", "node", Path.Combine(Checkout.Root, "tests", "s3-server", "server.js"),
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--directory", _folder!, "--bucket", Bucket, .. conditions,
        ]);
        await _process.WaitUntilAsync(AnswersAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    static string? Setting(string name) => Environment.GetEnvironmentVariable("Archive__S3__" + name);

    static string Required(string name)
        => Setting(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"Archive__S3__{name} must be set with Archive__S3__ServiceUrl");

    async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
