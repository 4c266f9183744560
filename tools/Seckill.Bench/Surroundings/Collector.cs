using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Bench.Results;

namespace Seckill.Bench.Surroundings;

/// <summary>An OpenTelemetry collector as far as those who send to it can tell: it takes what comes over HTTP, and keeps nothing.</summary>
static class Collector
{
    const string All = "/all";
    static readonly string[] Signals = ["traces", "metrics"];

    // Those who send wait five seconds for more.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var firsts = Signals.ToDictionary(x => x, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var all = Task.WhenAll(firsts.Values.Select(x => x.Task));
        app.MapPost("/v1/{signal}", async (string signal, HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            if (firsts.TryGetValue(signal, out var first))
                first.TrySetResult();
            context.Response.ContentType = "application/x-protobuf";
        });
        app.MapGet(All, async (HttpContext context) =>
        {
            await all.WaitAsync(Patience, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Response.StatusCode = all.IsCompleted ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        });
        await app.StartAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Finds fault with a collector that was sent no spans, or no metrics: what was measured then is not what they cost.</summary>
    public static async Task<AuditOutcome> CheckAsync(Uri collector, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(collector, All), cancellationToken);
        return answer.StatusCode == HttpStatusCode.NoContent
            ? new AuditOutcome(true, 0, [])
            : new AuditOutcome(false, 0, ["withTelemetry: spans or metrics have not come to the collector"]);
    }
}
