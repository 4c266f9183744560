using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Seckill.Cli.Demo;
using Seckill.Hosting.Identity;
using Seckill.Ledger.Catalog;

using Activity = Seckill.Ledger.Catalog.Activity;

namespace Seckill.Fuzz.Run;

/// <summary>An activity with two SKUs, and orders of it in each state.</summary>
sealed class Sale(FuzzRun run, long activityId)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Longer than any run: the clock is not to cancel unpaid orders meanwhile.</summary>
    const int PaymentWindowSeconds = 7 * 86_400;

    public long ActivityId => activityId;

    /// <summary>Orders that are confirmed, paid and cancelled.</summary>
    public IReadOnlyList<string> Orders { get; private set; } = [];

    /// <summary>Tokens of those whose orders they are, one for each order.</summary>
    public IReadOnlyList<string> Owners { get; private set; } = [];

    /// <summary>Adds it, and waits until its stock is live and its orders are where they should be.</summary>
    public async Task BeginAsync(ActivityCatalog catalog, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        await catalog.AddAsync(new Activity
        {
            ActivityId = activityId,
            Name = "Fuzz",
            OpensAt = now.AddMinutes(-1),
            ClosesAt = now.AddDays(1),
            PerBuyerLimit = 1000,
            PaymentWindowSeconds = PaymentWindowSeconds,
            Skus = [.. Enumerable.Range(1, 2).Select(x => new ActivitySku { SkuId = x, Name = "Fuzz", UnitPriceCents = 9_900, Total = 100_000_000 })],
        }, now, cancellationToken);
        await SaleApi.WaitUntilLiveAsync(run.Options.Api, run.Api, [activityId], cancellationToken);

        var (orders, owners) = (new List<string>(), new List<string>());
        for (var i = 0; i < 12; i++)
        {
            var owner = run.Token(string.Create(CultureInfo.InvariantCulture, $"owner-{activityId}-{i}"), Roles.Buyer);
            var order = await OrderAsync(owner, cancellationToken);
            if (i % 3 > 0)
                await EndAsync(order, owner, i % 3 == 1 ? "pay" : "cancel", i % 3 == 1 ? "paid" : "cancelled", cancellationToken);
            orders.Add(order);
            owners.Add(owner);
        }

        (Orders, Owners) = (orders, owners);
    }

    /// <summary>Places an order as a buyer would, and waits until it is confirmed; returns its id.</summary>
    /// <exception cref="InvalidOperationException">It was not taken, or not confirmed in time.</exception>
    public async Task<string> OrderAsync(string token, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(run.Api);
        var answer = await connection.SendAsync(
            Request("POST", string.Create(CultureInfo.InvariantCulture, $"/api/activities/{activityId}/orders"), token, "{\"skuId\":1,\"quantity\":1}"), cancellationToken);
        if (answer.Status != 202 || answer.Member("orderId"u8) is not { } order)
            throw new InvalidOperationException($"A good order was answered with {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}");

        await ReachesAsync(connection, order, token, "confirmed", cancellationToken);
        return order;
    }

    async Task EndAsync(string order, string token, string action, string status, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(run.Api);
        await connection.SendAsync(Request("POST", $"/api/orders/{order}/{action}", token, ""), cancellationToken);
        await ReachesAsync(connection, order, token, status, cancellationToken);
    }

    static async Task ReachesAsync(HttpConnection connection, string order, string token, string status, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await connection.SendAsync(Request("GET", $"/api/orders/{order}", token, null), cancellationToken);
            using var view = JsonDocument.Parse(answer.Body);
            if (answer.Status == 200 && view.RootElement.GetProperty("status").GetString() == status)
                return;
            if (watch.Elapsed > Patience)
                throw new InvalidOperationException($"Order {order} is not {status} after {Patience.TotalSeconds} s: {view.RootElement}");
            await Task.Delay(50, cancellationToken);
        }
    }

    static byte[] Request(string method, string path, string token, string? body)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: fuzz\r\nAuthorization: Bearer {token}\r\n";
        return Encoding.UTF8.GetBytes(body is null ? head + "\r\n" : string.Create(
            CultureInfo.InvariantCulture, $"{head}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
