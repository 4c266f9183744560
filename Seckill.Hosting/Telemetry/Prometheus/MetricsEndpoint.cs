using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// <c>GET /metrics</c>. On the port of the service, as health is, so a gateway must not route it; <see cref="TelemetryOptions.MetricsToken"/>
/// closes it to whoever reaches the port all the same.
/// </summary>
sealed class MetricsEndpoint(MetricsScrapes scrapes, IOptions<TelemetryOptions> options)
{
    /// <summary>Where Prometheus finds it by default.</summary>
    public const string Path = "/metrics";

    const string Scheme = "Bearer ";

    readonly byte[]? _tokenHash = options.Value.MetricsToken.Length > 0 ? Hash(options.Value.MetricsToken) : null;

    /// <summary>Maps the endpoint.</summary>
    public static void Map(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<MetricsEndpoint>();
        app.MapGet(Path, endpoint.AnswerAsync).AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        if (!IsAllowed(context.Request))
        {
            response.Headers.WWWAuthenticate = "Bearer";
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

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

    bool IsAllowed(HttpRequest request)
    {
        if (_tokenHash is null)
            return true;

        var header = request.Headers.Authorization.ToString();
        // Hashes have one length, so that comparing tells nothing about the token, not even how long it is.
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), _tokenHash);
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
