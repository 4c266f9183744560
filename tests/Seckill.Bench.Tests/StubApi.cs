using System.Globalization;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Bench.Load;

namespace Seckill.Bench.Tests;

/// <summary>Answers like the API: 202 to an order and confirmed to the question for it, or confirmed at once to who would rather wait.</summary>
sealed class StubApi : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource? _gate;
    int _undecided;
    int _most;
    int _questions;

    StubApi(WebApplication app) => _app = app;

    public bool SoldOut { get; set; }

    public int MostAtOnce => _most;

    public int Questions => _questions;

    public Task SomebodyIsHeld => _held.Task;

    public EndPoint EndPoint => IPEndPoint.Parse(new Uri(_app.Urls.First()).Authority);

    public static async Task<StubApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new StubApi(app);
        app.MapPost("/api/activities/{activityId:long}/orders", (Delegate)api.PlaceAsync);
        app.MapGet("/api/orders/{orderId:guid}", (Guid orderId) =>
        {
            Interlocked.Increment(ref api._questions);
            Interlocked.Decrement(ref api._undecided);
            return TypedResults.Ok(new { orderId, status = "confirmed" });
        });
        await app.StartAsync();
        return api;
    }

    public static IReadOnlyList<BenchOrder> Orders(int count, bool untilDecided = false) => [.. Enumerable.Range(0, count)
        .Select(x => new BenchOrder("stub", 1, 1, string.Create(CultureInfo.InvariantCulture, $"buyer-{x}"), "token", untilDecided))];

    public void Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate!.SetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task<IResult> PlaceAsync(HttpContext context)
    {
        _held.TrySetResult();
        if (_gate is { } gate)
            await gate.Task;
        if (SoldOut)
            return TypedResults.Json(new { code = "sold_out" }, statusCode: 409);

        if (context.Request.Headers["Prefer"] == "wait=30")
            return TypedResults.Ok(new { orderId = Guid.CreateVersion7(), status = "confirmed" });

        var undecided = Interlocked.Increment(ref _undecided);
        for (var most = _most; undecided > most; most = _most)
            Interlocked.CompareExchange(ref _most, undecided, most);
        return TypedResults.Json(new { orderId = Guid.CreateVersion7(), status = "pending" }, statusCode: 202);
    }
}
