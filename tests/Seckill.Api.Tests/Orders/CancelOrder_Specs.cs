using System.Diagnostics;
using System.Net;

using Seckill.Contracts;

namespace Seckill.Api.Tests.Orders;

[Collection(ApiCollection.Name)]
public sealed class CancelOrder_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_cancel_and_cancel_again()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Cancelled, "Cancelled");

        for (var i = 0; i < 2; i++)
        {
            var answer = (await _api.PostAsync($"/api/orders/{id}/cancel", subject: "alice")).ShouldBe(HttpStatusCode.OK);
            answer["status"].ShouldBe("cancelled");
        }

        _api.Transaction.Commands.OfType<CancelOrder>().Count(x => x.OrderId == id && x.BuyerId == "alice").ShouldBe(2);
    }

    [Fact]
    public async Task Should_show_the_new_status_at_once()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        (await _api.GetAsync($"/api/orders/{id}", "alice"))["status"].ShouldBe("confirmed");
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Cancelled, "Cancelled");
        await _api.SetStatusAsync(id, OrderStatus.Cancelled);

        await _api.PostAsync($"/api/orders/{id}/cancel", subject: "alice");

        (await _api.GetAsync($"/api/orders/{id}", "alice"))["status"].ShouldBe("cancelled");
    }

    [Fact]
    public async Task Should_say_that_it_is_too_late()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Paid);
        _api.Transaction.Answer = (_, order) => FakeTransaction.Refused(order, "too_late", OrderStatus.Paid, "Paid");

        (await _api.PostAsync($"/api/orders/{id}/cancel", subject: "alice"))
            .ShouldBeProblem(HttpStatusCode.Conflict, "too_late")["orderStatus"].ShouldBe("paid");
    }

    [Fact]
    public async Task Should_say_that_an_order_is_not_decided_which_its_transaction_does_not_know_yet()
    {
        var activity = await _api.AddActivityAsync();
        var placed = await _api.OrderAsync(activity, "alice");
        _api.Transaction.Answer = (_, order) => FakeTransaction.Unknown(order);

        (await _api.PostAsync(placed["statusUrl"] + "/cancel", subject: "alice")).ShouldBeProblem(HttpStatusCode.Conflict, "undecided")
            ["orderStatus"].ShouldBe("pending");
    }

    [Fact]
    public async Task Should_not_pass_on_a_command_for_another_buyers_order()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        (await _api.PostAsync($"/api/orders/{id}/cancel", subject: "mallory")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

        _api.Transaction.Commands.OfType<CancelOrder>().ShouldNotContain(x => x.OrderId == id);
    }

    [Fact]
    public async Task Should_ask_to_come_back_when_the_transaction_does_not_answer()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        _api.Transaction.Answer = (_, _) => null;
        var watch = Stopwatch.StartNew();

        (await _api.PostAsync($"/api/orders/{id}/cancel", subject: "alice"))
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }
}
