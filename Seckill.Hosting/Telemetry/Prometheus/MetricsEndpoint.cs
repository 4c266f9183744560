using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// <c>GET /metrics</c>. On the port of the service, as health is, so a gateway must not route it; <see cref="TelemetryOptions.MetricsToken"/>
/// closes it to whoever reaches the port all the same.
/// </summary>
sealed class MetricsEndpoint(MetricsScrapes scrapes, MetricsAccess access)
{
    /// <summary>Where Prometheus finds it by default.</summary>
    public const string Path = "/metrics";

    /// <summary>Maps the endpoint.</summary>
    public static void Map(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<MetricsEndpoint>();
        app.MapGet(Path, endpoint.AnswerAsync).AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics();
    }

    async Task AnswerAsync(HttpContext context)
    {
        if (!access.Admits(context))
            return;

        var response = context.Response;
        var format = MetricsFormats.Choose(context.Request.Headers);
        var page = await scrapes.ScrapeAsync(format).ConfigureAwait(false);
        try
        {
            if (!page.IsComplete)
            {
                // The process is about to end, or has only begun to start.
                response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            response.ContentType = format.ContentType();
            response.ContentLength = page.Length;
            response.Headers.CacheControl = "no-store";
            await response.BodyWriter.WriteAsync(page.Memory, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            scrapes.Return(page);
        }
    }
}
