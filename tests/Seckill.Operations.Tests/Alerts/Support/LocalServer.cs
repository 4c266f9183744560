using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>A real HTTP server on a loopback port, that can be down, hang or answer with faults.</summary>
abstract class LocalServer : IAsyncDisposable
{
    readonly ConcurrentQueue<JsonElement> _taken = new();
    readonly ConcurrentQueue<string> _refused = new();
    WebApplication? _app;
    int _calls;

    /// <summary>The port, the same for its whole life.</summary>
    public int Port { get; } = FreePort();

    /// <summary>Bodies that were taken.</summary>
    public IReadOnlyList<JsonElement> Taken => _taken.ToList();

    /// <summary>Answers other than success that it gave by its own rules.</summary>
    public IReadOnlyList<string> Refused => _refused.ToList();

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Answers in place of the server while it is set.</summary>
    public Func<HttpContext, Task>? Fault { get; set; }

    public string Address => $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    public async Task UpAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseLoopback(Port);
        // A test ends without waiting for requests that hang.
        builder.Services.Configure<HostOptions>(x => x.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddLogging(x => x.ClearProviders());
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
    }

    public async Task DownAsync()
    {
        if (_app is { } app)
            await app.DisposeAsync();
        _app = null;
    }

    public ValueTask DisposeAsync() => new(DownAsync());

    public Task WaitForAsync(int count)
        => Eventually.HoldsAsync(() => _taken.Count >= count, $"{count} message(s) came, {_taken.Count} did; refused: {string.Join(", ", _refused)}");

    /// <summary>Takes a call by the rules of the real thing.</summary>
    protected abstract Task AnswerAsync(HttpContext context, byte[] body);

    protected void Take(byte[] body) => _taken.Enqueue(JsonSerializer.Deserialize<JsonElement>(body));

    protected void Refuse(string reason) => _refused.Enqueue(reason);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        if (Fault is { } fault)
        {
            await fault(context);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await AnswerAsync(context, body.ToArray());
    }
}
