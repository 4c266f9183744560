using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Seckill.Hosting.Identity;

namespace Seckill.Cli.Faults;

/// <summary>The API, as buyers and an operator use it. What is answered 429 or 503 is asked again when the answer says so.</summary>
sealed class FaultsApi(Uri address, TokenIssuer tokens) : IDisposable
{
    public const string Operator = "oscar";

    const int MaximumTries = 100;

    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Orders one unit; returns the order's id.</summary>
    public async Task<Guid> PlaceAsync(long activityId, string buyerId, CancellationToken cancellationToken)
    {
        var (status, answer) = await SendAsync(
            HttpMethod.Post, $"/api/activities/{activityId}/orders", buyerId, Roles.Buyer, new { skuId = 1, quantity = 1 }, cancellationToken);
        return status == HttpStatusCode.Accepted
            ? answer.GetProperty("orderId").GetGuid()
            : throw new InvalidOperationException($"The order of {buyerId} was answered {(int)status}: {answer}");
    }

    /// <summary>Whether the activity has live stock.</summary>
    public async Task<bool> IsLiveAsync(long activityId, CancellationToken cancellationToken)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, $"/api/activities/{activityId}", null, "", null, cancellationToken);
        return status == HttpStatusCode.OK && answer.GetProperty("skus").EnumerateArray()
            .All(x => x.TryGetProperty("available", out var available) && available.ValueKind == JsonValueKind.Number);
    }

    /// <summary>What the buyer is told of an order.</summary>
    public async Task<string?> StatusAsync(FailingOrder order, CancellationToken cancellationToken)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, $"/api/orders/{order.OrderId:D}", order.BuyerId, Roles.Buyer, null, cancellationToken);
        return status == HttpStatusCode.OK ? answer.GetProperty("status").GetString() : null;
    }

    /// <summary>Has one archived order processed again: "outcome state", or what else was answered.</summary>
    public async Task<string> ReprocessAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var (status, answer) = await SendAsync(
            HttpMethod.Post, $"/reprocess_order/{orderId:D}", Operator, Roles.Operator, new { note = "demo: the cause is removed" }, cancellationToken);
        return status == HttpStatusCode.OK ? $"{answer.GetProperty("outcome")} {answer.GetProperty("state")}" : $"{(int)status} {answer}";
    }

    /// <summary>Has all archived orders of an activity processed again, or says what that would do.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> ReprocessAllAsync(long activityId, bool dryRun, CancellationToken cancellationToken)
        => await SendAsync(
            HttpMethod.Post, "/api/failed-orders/reprocess", Operator, Roles.Operator, new { dryRun, activityId, note = "demo: all that is left" },
            cancellationToken);

    /// <summary>Marks an archive entry as handled.</summary>
    public async Task<HttpStatusCode> HandleAsync(string archiveId, CancellationToken cancellationToken)
    {
        var (status, _) = await SendAsync(
            HttpMethod.Post, $"/api/failed-orders/{Uri.EscapeDataString(archiveId)}/handle", Operator, Roles.Operator,
            new { note = "demo: not ours, nothing to do" }, cancellationToken);
        return status;
    }

    public void Dispose() => _client.Dispose();

    async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(
        HttpMethod method, string path, string? subject, string role, object? body, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(method, path);
            if (subject is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.GetOrAdd(subject, x => tokens.Issue(x, role, TokenLifetime)));
            if (body is not null)
                request.Content = JsonContent.Create(body);
            // The same key in every try, so that one whose answer was lost is not a second order.
            if (subject is not null && method == HttpMethod.Post)
                request.Headers.Add("Idempotency-Key", subject);

            using var response = await _client.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && tries < MaximumTries)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellationToken);
                continue;
            }

            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
        }
    }
}
