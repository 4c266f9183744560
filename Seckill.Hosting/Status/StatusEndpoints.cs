using System.Text.Json;
using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Status;

/// <summary>
/// <c>GET /status</c>, a page for people, and <c>GET /status.json</c>, its figures. They are what <c>/metrics</c> says, in the same port and behind the same token;
/// the page itself holds none, so that it can ask for the token.
/// </summary>
public static class StatusEndpoints
{
    const string PagePath = "/status";
    const string FiguresPath = "/status.json";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Maps both.</summary>
    public static void MapSeckillStatus(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var (access, feed) = (app.Services.GetRequiredService<MetricsAccess>(), app.Services.GetRequiredService<StatusFeed>());
        app.MapGet(PagePath, (HttpContext context) =>
        {
            Harden(context.Response.Headers);
            context.Response.Headers.ContentSecurityPolicy = StatusPage.Policy;
            return Results.Content(StatusPage.Html, "text/html; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics();
        app.MapGet(FiguresPath, async (HttpContext context) =>
        {
            Harden(context.Response.Headers);
            if (!access.Admits(context))
                return Results.Empty;

            return await feed.ReadAsync(context.RequestAborted).ConfigureAwait(false) is { } status
                ? Results.Json(status, Json)
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics();
    }

    static void Harden(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
