using Seckill.Bench.Load;
using Seckill.TestSupport;

namespace Seckill.Bench.Tests;

public sealed class OpenLoop_Specs
{
    const int Orders = 50;

    [Fact]
    public async Task Should_offer_every_order_at_its_time()
    {
        await using var api = await StubApi.StartAsync();
        var orders = StubApi.Orders(Orders);

        await new OpenLoop(api.EndPoint, orders, perSecond: 1_000, connections: 4).RunAsync(() => { }, CancellationToken.None);

        orders.ShouldAllBe(x => x.HttpStatus == 202 && x.Status == "pending" && x.DecidedAt == 0);
        var gaps = orders.Zip(orders.Skip(1), (x, y) => y.IntendedAt - x.IntendedAt).ToList();
        gaps.ShouldAllBe(x => Math.Abs(x - System.Diagnostics.Stopwatch.Frequency / 1_000) <= 1);
    }

    /// <summary>The only connection is held up by the first order: the others are sent late, and their time still counts from when they were due.</summary>
    [Fact]
    public async Task Should_count_from_the_intended_time_when_no_connection_is_free()
    {
        await using var api = await StubApi.StartAsync();
        var orders = StubApi.Orders(Orders);
        api.Hold();

        var running = new OpenLoop(api.EndPoint, orders, perSecond: 1_000, connections: 1).RunAsync(() => { }, CancellationToken.None);
        await api.SomebodyIsHeld;
        await Eventually.HoldsAsync(() => orders[^1].IntendedAt != 0, "every order is due");
        var released = System.Diagnostics.Stopwatch.GetTimestamp();
        api.Release();
        await running;

        orders.ShouldAllBe(x => x.AnsweredAt >= released);
        orders.ShouldAllBe(x => x.IntendedAt <= released);
    }

    [Fact]
    public async Task Should_know_the_decision_from_the_answer_when_the_server_waits_for_it()
    {
        await using var api = await StubApi.StartAsync();
        var orders = StubApi.Orders(Orders, untilDecided: true);

        await new ClosedLoop(api.EndPoint, orders, inFlight: 5, follow: true).RunAsync(() => { }, CancellationToken.None);

        orders.ShouldAllBe(x => x.HttpStatus == 200 && x.Status == "confirmed" && x.DecidedAt == x.AnsweredAt);
        api.Questions.ShouldBe(0);
    }

    [Fact]
    public async Task Should_ask_for_the_decision_of_an_accepted_order()
    {
        await using var api = await StubApi.StartAsync();
        var orders = StubApi.Orders(Orders);

        await new ClosedLoop(api.EndPoint, orders, inFlight: 5, follow: true).RunAsync(() => { }, CancellationToken.None);

        orders.ShouldAllBe(x => x.HttpStatus == 202 && x.Status == "confirmed" && x.DecidedAt > x.AnsweredAt);
        api.Questions.ShouldBe(Orders);
    }

    [Fact]
    public async Task Should_keep_a_refusal_as_it_was_told()
    {
        await using var api = await StubApi.StartAsync();
        api.SoldOut = true;
        var orders = StubApi.Orders(3);

        await new ClosedLoop(api.EndPoint, orders, inFlight: 2, follow: true).RunAsync(() => { }, CancellationToken.None);

        orders.ShouldAllBe(x => x.HttpStatus == 409 && x.Code == "sold_out" && x.DecidedAt == 0);
        var figures = Account.Of(orders, 2, 0, new Results.CpuCost(new Dictionary<string, double>(), 0, 0));
        figures.Confirmed.ShouldBe(0);
        figures.NotConfirmed.ShouldBe(new Dictionary<string, int> { ["sold_out"] = 3 });
    }

    [Fact]
    public async Task Should_never_have_more_in_flight_than_asked_for()
    {
        await using var api = await StubApi.StartAsync();

        await new ClosedLoop(api.EndPoint, StubApi.Orders(Orders), inFlight: 5, follow: true).RunAsync(() => { }, CancellationToken.None);

        api.MostAtOnce.ShouldBeInRange(1, 5);
    }
}
