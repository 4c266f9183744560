using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Api.Orders;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Identity;

[Collection(ApiCollection.Name)]
public sealed class RateLimit_Specs(ApiServers servers)
{
    [Theory]
    [InlineData("/api/orders", HttpStatusCode.OK)]
    [InlineData("/api/orders/019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877", HttpStatusCode.NotFound)]
    public async Task Should_hold_one_buyer_back_and_not_the_others(string path, HttpStatusCode expected)
    {
        await using var api = await ApiHost.StartAsync(servers, [("RateLimits:BuyerPerSecond", "1"), ("RateLimits:BuyerBurst", "3")]);

        var alice = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.GetAsync(path, "alice")));
        var bob = await api.GetAsync(path, "bob");

        var refused = alice.Where(x => x.Status != expected).ToList();
        refused.Count.ShouldBeInRange(10, 17);
        foreach (var answer in refused)
            answer.ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited").ShouldAskToComeBack();
        bob.ShouldBe(expected);
    }

    [Fact]
    public async Task Should_hold_one_address_back_that_has_no_token_and_not_those_with_one()
    {
        await using var api = await ApiHost.StartAsync(servers, [("RateLimits:AnonymousPerSecond", "1"), ("RateLimits:AnonymousBurst", "2")]);

        var anonymous = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.GetAsync("/api/activities")));

        anonymous.Count(x => x.Status == HttpStatusCode.OK).ShouldBeInRange(2, 5);
        anonymous.Last(x => x.Status != HttpStatusCode.OK).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited").ShouldAskToComeBack();
        (await api.GetAsync("/api/activities", "alice")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_refuse_orders_beyond_what_the_process_works_on_and_queues()
    {
        await using var api = await ApiHost.StartAsync(servers, [("RateLimits:ConcurrentOrders", "1"), ("RateLimits:QueuedOrders", "0")]);
        var activity = await api.AddActivityAsync();
        var turns = api.Services.GetRequiredService<OrderTurns>();
        (await turns.TakeAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();

        (await api.OrderAsync(activity, "bob")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited").ShouldAskToComeBack();

        turns.Leave();
        (await api.OrderAsync(activity, "bob")).ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Should_not_count_those_who_send_slowly_among_the_orders_that_are_worked_on()
    {
        await using var api = await ApiHost.StartAsync(servers,
            [("RateLimits:ConcurrentOrders", "1"), ("RateLimits:QueuedOrders", "0")],
            // Kestrel would hang up on a body that comes this slowly.
            change: x => x.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = null));
        var activity = await api.AddActivityAsync();
        using var body = new SlowBody("""{"skuId":1,"quantity":1}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/activities/{activity}/orders") { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", api.Token("alice"));

        request.Headers.ExpectContinue = true;
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = api.Client.BaseAddress };

        // The process asks for the body as soon as it reads the request.
        var sending = client.SendAsync(request);
        await body.Asked.WaitAsync(TimeSpan.FromSeconds(30));
        (await api.OrderAsync(activity, "bob")).ShouldBe(HttpStatusCode.Accepted);
        body.Finish();

        using var response = await sending;
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Should_refuse_orders_while_as_many_as_may_be_are_undecided()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Admission:UndecidedOrders", "1")]);
        var activity = await api.AddActivityAsync();
        (await api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);

        (await api.OrderAsync(activity, "bob")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited").ShouldAskToComeBack();
    }

    [Fact]
    public async Task Should_not_count_those_who_wait_for_a_decision_among_the_orders_that_are_worked_on()
    {
        await using var api = await ApiHost.StartAsync(servers,
            [("RateLimits:ConcurrentOrders", "1"), ("RateLimits:QueuedOrders", "0")]);
        var activity = await api.AddActivityAsync();
        using var alice = new CancellationTokenSource();
        var waiting = api.SendAsync(HttpMethod.Post, $"/api/activities/{activity}/orders", """{"skuId":1,"quantity":1}""", "alice",
            headers: [("Prefer", "wait=30")], cancellationToken: alice.Token);
        await Eventually.HoldsAsync(() => api.Services.GetRequiredService<OrderWaiters>().Count == 1, "alice waits");

        (await api.OrderAsync(activity, "bob")).ShouldBe(HttpStatusCode.Accepted);

        await alice.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task Should_refuse_orders_at_the_door_while_more_come_than_can_be_done()
    {
        await using var api = await ApiHost.StartAsync(servers,
            [("RateLimits:ConcurrentOrders", "1"), ("RateLimits:OrderBurstSeconds", "0"), ("RateLimits:OrderQueueMilliseconds", "200")]);
        var activity = await api.AddActivityAsync();
        var turns = api.Services.GetRequiredService<OrderTurns>();
        (await turns.TakeAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();
        var queued = api.OrderAsync(activity, "alice");
        await Eventually.HoldsAsync(() => turns.IsOverrun(TimeSpan.Zero), "alice has waited for so long that another one would wait in vain");

        // Whoever it is: to find that out would cost more than the refusal.
        (await api.PostAsync($"/api/activities/{activity}/orders", "not an order")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited").ShouldAskToComeBack();
        (await api.GetAsync("/api/orders")).ShouldBe(HttpStatusCode.Unauthorized);
        (await api.GetAsync("/api/orders", "bob")).ShouldBe(HttpStatusCode.OK);
        (await api.Client.GetStringAsync("/metrics")).ShouldContain("rate_limited");

        turns.Leave();
        await queued;
        (await api.OrderAsync(activity, "bob")).ShouldBe(HttpStatusCode.Accepted);
        turns.Queued.ShouldBe(0);
    }

    /// <summary>A body whose last byte comes when the test says so.</summary>
    sealed class SlowBody : HttpContent
    {
        readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly byte[] _bytes;

        public SlowBody(string json)
        {
            _bytes = Encoding.UTF8.GetBytes(json);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public Task Asked => _asked.Task;

        public void Finish() => _finish.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _asked.TrySetResult();
            await stream.WriteAsync(_bytes.AsMemory(..^1));
            await stream.FlushAsync();
            await _finish.Task;
            await stream.WriteAsync(_bytes.AsMemory(^1..));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
