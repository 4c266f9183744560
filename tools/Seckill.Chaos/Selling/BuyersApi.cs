using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Seckill.Chaos.Detours;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Selling;

/// <summary>The API as buyers and operators reach it: two processes, and whoever gets no answer from one asks the other.</summary>
sealed class BuyersApi : IDisposable
{
    static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(12);
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(3);

    readonly IReadOnlyList<HttpClient> _apis;

    public BuyersApi(DetourMap detours)
    {
        ArgumentNullException.ThrowIfNull(detours);
        _apis = [.. ProgramNames.Apis.Select(x => new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectPatience })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{detours.To(x)[0].Port}"),
            Timeout = AnswerPatience,
        })];
    }

    /// <summary>Sends a request to one of the processes; a connection that falls or is silent is an answer like others.</summary>
    public async Task<SaleAnswer> SendAsync(int api, HttpMethod method, string path, string token, string? key, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _apis[api % _apis.Count].SendAsync(request, cancellationToken);
            return Read((int)response.StatusCode, response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return SaleAnswer.None;
        }
    }

    public void Dispose()
    {
        foreach (var api in _apis)
            api.Dispose();
    }

    static SaleAnswer Read(int http, TimeSpan retryAfter, string text)
    {
        if (!text.StartsWith('{'))
            return new SaleAnswer(http, null, null, null, retryAfter);

        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        // The status of a problem is a number.
        return new SaleAnswer(
            http, Guid.TryParse(Member(root, "orderId"), out var orderId) ? orderId : null, Member(root, "status"), Member(root, "code"), retryAfter);
    }

    static string? Member(JsonElement root, string name)
        => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
