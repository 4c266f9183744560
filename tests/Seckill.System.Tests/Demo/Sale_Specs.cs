using System.Diagnostics;

using Microsoft.AspNetCore.Http;

using Seckill.Cli.Demo;
using Seckill.Contracts;

namespace Seckill.System.Tests.Demo;

public sealed class Sale_Specs
{
    [Fact]
    public async Task Should_follow_every_accepted_order_to_its_decision()
    {
        await using var api = await StubApi.StartAsync((_, _) => null, pendingPolls: 2);
        var buyers = Buyers(api, 100);
        var sale = await RunAsync(api, buyers);

        buyers.ShouldAllBe(x => x.OrderId != null && x.Status == OrderStatus.Confirmed && x.DecidedAt > x.SentAt && x.SentAt >= sale.StartedAt);
        api.Polls.Values.ShouldAllBe(x => x == 3);
    }

    [Fact]
    public async Task Should_note_why_a_buyer_was_refused_and_not_ask_again()
    {
        await using var api = await StubApi.StartAsync((_, _) => Results.Json(new { status = 409, detail = "no code here", code = "sold_out" }, statusCode: 409));
        var placements = Plain(Buyers(api, 5));
        await RunAsync(api, placements);

        placements.ShouldAllBe(x => x.Status == 409 && x.Code == "sold_out" && x.Retries == 0);
        api.Polls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Should_come_back_with_the_same_key_when_it_is_told_to(int status)
    {
        await using var api = await StubApi.StartAsync((_, attempt) => attempt == 1 ? Results.StatusCode(status) : null);
        var placements = Plain(Buyers(api, 4));
        await RunAsync(api, placements);

        placements.ShouldAllBe(x => x.Status == 202 && x.Retries == 1);
        api.Orders.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Should_repeat_a_request_whose_connection_fell()
    {
        await using var api = await StubApi.StartAsync((_, attempt) => attempt == 1 ? new Abort() : null);
        var placements = Plain(Buyers(api, 4));
        await RunAsync(api, placements);

        placements.ShouldAllBe(x => x.Status == 202 && x.Retries == 1);
    }

    [Fact]
    public async Task Should_follow_an_order_once_that_was_asked_for_twice()
    {
        await using var api = await StubApi.StartAsync((_, _) => null);
        var buyer = Buyers(api, 1)[0];
        var placements = new[]
        {
            new Placement { Buyer = buyer, Request = buyer.Request },
            new Placement { Buyer = buyer, Request = buyer.Request, IsRepeat = true },
        };
        await RunAsync(api, placements);

        placements[1].OrderId.ShouldBe(placements[0].OrderId);
        api.Polls.Values.ShouldHaveSingleItem().ShouldBe(1);
    }

    [Fact]
    public async Task Should_leave_an_order_undecided_when_patience_ends()
    {
        await using var api = await StubApi.StartAsync((_, _) => null, pendingPolls: int.MaxValue);
        var buyers = Buyers(api, 1);
        await RunAsync(api, buyers, patienceSeconds: 1);

        buyers[0].DecidedAt.ShouldBe(0);
        buyers[0].Status.ShouldBe(OrderStatus.Pending);
    }

    [Fact]
    public async Task Should_give_up_once_for_all_requests_when_nothing_is_answered_any_more()
    {
        await using var api = await StubApi.StartAsync((_, _) => new Abort());
        var placements = Plain(Buyers(api, 100));
        var watch = Stopwatch.StartNew();
        await RunAsync(api, placements, patienceSeconds: 1);

        // One after another each of the hundred would have had its second.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        placements.ShouldAllBe(x => x.Status == 0 && x.OrderId == null);
        // Each connection has stayed with its first: how often it tried in that second is the machine's affair.
        placements.Count(x => x.SentAt != 0).ShouldBe(4);
    }

    [Fact]
    public async Task Should_read_answers_of_any_length()
    {
        var text = new string('x', 100_000);
        await using var api = await StubApi.StartAsync((key, _) => key == "demo-0"
            ? Results.Json(new { text, code = "chunked" }, statusCode: 409)
            : Results.Content($$"""{"text":"{{text}}","code":"whole"}""", "application/json", statusCode: 409));
        var placements = Plain(Buyers(api, 2));
        await RunAsync(api, placements);

        placements.Select(x => x.Code).ShouldBe(["chunked", "whole"]);
    }

    static List<Buyer> Buyers(StubApi api, int count)
        => Enumerable.Range(0, count).Select(x => new Buyer(api.Address.Authority, 1, "demo-" + x, "token")).ToList();

    static List<Placement> Plain(IReadOnlyList<Buyer> buyers) => buyers.Select(x => new Placement { Buyer = x, Request = x.Request }).ToList();

    static Task<Sale> RunAsync(StubApi api, IReadOnlyList<Buyer> buyers, int patienceSeconds = 30) => RunAsync(api, Plain(buyers), patienceSeconds);

    static async Task<Sale> RunAsync(StubApi api, IReadOnlyList<Placement> placements, int patienceSeconds = 30)
    {
        var sale = new Sale(api.EndPoint, placements, new DemoOptions
        {
            Api = api.Address,
            Buyers = placements.Count,
            Stock = 1,
            Activities = 1,
            Connections = 4,
            Followers = 4,
            WarmUpBuyers = 0,
            PatienceSeconds = patienceSeconds,
            Command = "demo",
        });
        await sale.RunAsync(CancellationToken.None);
        return sale;
    }

    sealed class Abort : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }
}
