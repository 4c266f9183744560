using System.Diagnostics;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Seckill.Hosting.Telemetry;

/// <summary>
/// Completes the spans of HTTP requests: the framework gives them method and path, and nothing of what is known at the end. Names are those of OpenTelemetry's
/// semantic conventions for HTTP servers.
/// </summary>
public static class RequestSpans
{
    /// <summary>Does so from here on; nothing when there is no collector.</summary>
    public static void UseRequestSpans(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Configuration.HasCollector())
            return;

        // Most requests have no span that is kept: nothing is to be done for them.
        app.Use((context, next) => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span
            ? CompleteAsync(span, context, next)
            : next(context));
    }

    static async Task CompleteAsync(Activity span, HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Complete(span, context, context.RequestAborted.IsCancellationRequested ? null : exception);
            throw;
        }

        Complete(span, context, null);
    }

    static void Complete(Activity span, HttpContext context, Exception? exception)
    {
        // The server says so only after all that is here.
        var status = exception is not null && !context.Response.HasStarted ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (exception is not null || status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error)
                .SetTag("error.type", exception?.GetType().FullName ?? status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // A path holds ids, and a method without a route may be anything: neither is a name.
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{context.Request.Method} {route}";
        }
        else
        {
            span.DisplayName = "HTTP";
        }
    }
}
