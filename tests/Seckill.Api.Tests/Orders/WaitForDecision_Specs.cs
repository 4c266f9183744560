using System.Diagnostics;
using System.Net;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Orders;

/// <summary>Orders that are placed with <c>Prefer: wait</c>.</summary>
[Collection(ApiCollection.Name)]
public sealed class WaitForDecision_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    OrderWaiters Waiters => _api.Services.GetRequiredService<OrderWaiters>();

    [Fact]
    public async Task Should_answer_with_the_order_when_it_is_confirmed()
    {
        var activity = await _api.AddActivityAsync();
        var waiting = OrderAsync(activity, "wait=20", "k");
        var orderId = await PlacedAsync(activity);

        await _api.TellAsync(orderId, activity, OrderStatus.Confirmed);

        var answer = (await waiting).ShouldBe(HttpStatusCode.OK);
        (answer["orderId"], answer["status"], answer["amountCents"]).ShouldBe((orderId.ToString(), "confirmed", "9900"));
        answer["payBy"].ShouldNotBeNull();
        answer.Headers["Location"].ShouldBe($"/api/orders/{orderId}");
        answer.Headers["Preference-Applied"].ShouldBe("wait=20");
        answer.Headers.Keys.ShouldNotContain("Idempotent-Replayed");
        Waiters.Count.ShouldBe(0);

        var again = (await OrderAsync(activity, "wait=20", "k")).ShouldBe(HttpStatusCode.OK);
        again.Text.ShouldBe(answer.Text);
        again.Headers["Idempotent-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task Should_answer_with_the_order_when_it_failed()
    {
        var activity = await _api.AddActivityAsync();
        var waiting = OrderAsync(activity, "wait=20");
        var orderId = await PlacedAsync(activity);

        await _api.AddOrderAsync("alice", OrderStatus.Failed, id: orderId);
        await _api.TellAsync(orderId, activity, OrderStatus.Failed);

        (await waiting).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("failed");
    }

    [Fact]
    public async Task Should_say_that_the_order_was_accepted_when_the_time_is_up()
    {
        var activity = await _api.AddActivityAsync();
        var watch = Stopwatch.StartNew();

        var answer = (await OrderAsync(activity, "respond-async, wait=1")).ShouldBe(HttpStatusCode.Accepted);

        watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(15));
        answer["status"].ShouldBe("pending");
        answer.Headers["Location"].ShouldBe(answer["statusUrl"]);
        answer.Headers["Preference-Applied"].ShouldBe("wait=1");
        Waiters.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("wait=0")]
    [InlineData("wait=soon")]
    [InlineData("respond-async")]
    public async Task Should_not_wait_for_nothing(string prefer)
    {
        var activity = await _api.AddActivityAsync();

        var answer = (await OrderAsync(activity, prefer)).ShouldBe(HttpStatusCode.Accepted);

        answer.Headers.Keys.ShouldNotContain("Preference-Applied");
    }

    [Fact]
    public async Task Should_not_wait_with_a_refusal()
    {
        var activity = await _api.AddActivityAsync(total: 1);
        (await _api.OrderAsync(activity, "bob")).ShouldBe(HttpStatusCode.Accepted);

        (await OrderAsync(activity, "wait=20")).ShouldBeProblem(HttpStatusCode.Conflict, "sold_out");
    }

    Task<ApiAnswer> OrderAsync(long activity, string prefer, string? key = null) => _api.SendAsync(
        HttpMethod.Post, $"/api/activities/{activity}/orders", """{"skuId":1,"quantity":1}""", "alice",
        headers: key is null ? [("Prefer", prefer)] : [("Prefer", prefer), ("Idempotency-Key", key)]);

    /// <summary>The id of the order that was placed and is waited for.</summary>
    async Task<Guid> PlacedAsync(long activity)
    {
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "a request waits");
        return _api.Kafka.Produced.Single(x => x.ActivityId == activity).OrderId;
    }
}
