using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Operations.Alerts.Alertmanager;

/// <summary>Takes what Alertmanager sends, so that its alerts reach the same people by the same channels.</summary>
public static class AlertmanagerEndpoint
{
    /// <summary>Largest body that is read, in bytes: some thousand alerts.</summary>
    public const int MaximumBodyBytes = 1024 * 1024;

    /// <summary>Alerts in one payload at most; Alertmanager's <c>max_alerts</c> keeps below it.</summary>
    public const int MaximumAlerts = 1000;

    static readonly JsonSerializerOptions Json = new() { RespectNullableAnnotations = false };

    /// <summary>
    /// Maps <c>POST path</c> for Alertmanager's webhook. Answers 204 when the alerts are handed over, and problem details with a
    /// <c>code</c> otherwise: 400 <c>malformed</c>, 413 <c>too_large</c>. Who may call it is the caller's to add to what is returned.
    /// </summary>
    /// <param name="endpoints">Where to map it. Needs <see cref="AlertServices.AddAlerts"/>.</param>
    /// <param name="path">The route: <c>/alerts/alertmanager</c>.</param>
    public static IEndpointConventionBuilder MapAlertmanagerWebhook(this IEndpointRouteBuilder endpoints, string path)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapPost(path, HandleAsync);
    }

    /// <summary>
    /// The same, for those alone who come with the <see cref="WebhookToken"/>: for hosts that have no authorization of their own. Others get 401.
    /// </summary>
    /// <inheritdoc cref="MapAlertmanagerWebhook" path="/param"/>
    public static IEndpointConventionBuilder MapAlertmanagerWebhookForToken(this IEndpointRouteBuilder endpoints, string path)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var token = endpoints.ServiceProvider.GetRequiredService<WebhookToken>();
        return endpoints.MapPost(path, context => token.IsIn(context.Request) ? HandleAsync(context) : RefuseAsync(context));
    }

    static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return AnswerAsync(context, StatusCodes.Status401Unauthorized, "unauthenticated", "A valid token is needed",
            "Send header 'Authorization: Bearer TOKEN' with the token of setting Alerts:WebhookToken");
    }

    static async Task HandleAsync(HttpContext context)
    {
        var alerts = context.RequestServices.GetRequiredService<IAlerts>();
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        IReadOnlyList<Alert> mapped;
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = MaximumBodyBytes;
            if (context.Request.ContentLength > MaximumBodyBytes)
                throw new BadHttpRequestException($"The body has more than {MaximumBodyBytes} bytes", StatusCodes.Status413PayloadTooLarge);
            var payload = await JsonSerializer.DeserializeAsync<AlertmanagerPayload>(context.Request.Body, Json, context.RequestAborted)
                .ConfigureAwait(false);
            mapped = AlertmanagerAlerts.Map(payload ?? throw new FormatException("the body is null, must be an object"), clock.GetUtcNow());
            if (mapped.Count > MaximumAlerts)
            {
                throw new FormatException(
                    $"alerts holds {mapped.Count}, must be at most {MaximumAlerts}: set max_alerts in Alertmanager's webhook_config");
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, "too_large", "The body is too large",
                $"At most {MaximumBodyBytes} bytes are taken: set max_alerts in Alertmanager's webhook_config").ConfigureAwait(false);
            return;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or BadHttpRequestException)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "malformed", "This is no payload of Alertmanager", exception.Message)
                .ConfigureAwait(false);
            return;
        }

        foreach (var alert in mapped)
            await alerts.RaiseAsync(alert, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static Task AnswerAsync(HttpContext context, int status, string code, string title, string detail)
        => TypedResults.Problem(detail, statusCode: status, title: title, extensions: [new("code", code)]).ExecuteAsync(context);
}
