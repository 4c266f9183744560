using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Seckill.Chaos.Running;

/// <summary>Takes all alerts of the programs, so that there is somebody to tell: with no channel nothing is sent, and no fault meets the sending.</summary>
sealed class AlertReceiver : IAsyncDisposable
{
    readonly WebApplication _app;

    AlertReceiver(WebApplication app) => _app = app;

    /// <summary>What programs are to be started with. No two alerts are taken for one: each is to be sent.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["Alerts__Channels__chaos__Type"] = "webhook",
        ["Alerts__Channels__chaos__Url"] = _app.Urls.Single(),
        ["Alerts__Channels__chaos__MessagesPerMinute"] = "0",
        ["Alerts__DeduplicationSeconds"] = "0",
        ["Alerts__RetryMaxSeconds"] = "5",
    };

    /// <summary>Listens on a free port of this machine.</summary>
    public static async Task<AlertReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", () => TypedResults.Ok());
        await app.StartAsync(cancellationToken);
        return new AlertReceiver(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
