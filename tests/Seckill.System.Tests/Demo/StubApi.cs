using System.Collections.Concurrent;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Contracts;

namespace Seckill.System.Tests.Demo;

/// <summary>An API that answers as a test wants it to, over real sockets.</summary>
public sealed class StubApi : IAsyncDisposable
{
    readonly WebApplication _app;

    StubApi(WebApplication app) => _app = app;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Tries of each idempotency key.</summary>
    public ConcurrentDictionary<string, int> Tries { get; } = new();

    /// <summary>Orders by key.</summary>
    public ConcurrentDictionary<string, Guid> Orders { get; } = new();

    /// <summary>Polls of each order.</summary>
    public ConcurrentDictionary<string, int> Polls { get; } = new();

    /// <param name="place">Answers an order by its key and the number of the try; null means 202.</param>
    /// <param name="pendingPolls">How many polls find the order pending.</param>
    public static async Task<StubApi> StartAsync(Func<string, int, IResult?> place, int pendingPolls = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubApi(app);
        app.MapPost("/api/activities/{activityId:long}/orders", (HttpRequest request) =>
        {
            var key = request.Headers["Idempotency-Key"].ToString();
            return place(key, stub.Tries.AddOrUpdate(key, 1, (_, x) => x + 1))
                ?? Results.Json(new { orderId = stub.Orders.GetOrAdd(key, _ => OrderIds.New(DateTimeOffset.UtcNow)), status = "pending" }, statusCode: 202);
        });
        app.MapGet("/api/orders/{orderId}", (string orderId) => Results.Json(new
        {
            orderId,
            status = stub.Polls.AddOrUpdate(orderId, 1, (_, x) => x + 1) > pendingPolls ? OrderStatus.Confirmed : OrderStatus.Pending,
        }));
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
