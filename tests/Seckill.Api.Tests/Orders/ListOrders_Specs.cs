using System.Net;

using Seckill.Contracts;

namespace Seckill.Api.Tests.Orders;

[Collection(ApiCollection.Name)]
public sealed class ListOrders_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_page_through_the_buyers_orders_newest_first()
    {
        var buyer = "pager-" + Guid.NewGuid().ToString("N");
        var now = TimeProvider.System.GetUtcNow();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, (await _api.AddOrderAsync(buyer, OrderStatus.Confirmed, id: OrderIds.New(now.AddSeconds(i)))).ToString());
        await _api.AddOrderAsync("somebody else", OrderStatus.Confirmed);

        var seen = new List<string>();
        var pages = 0;
        for (var next = "/api/orders?limit=2"; next is not null; pages++)
        {
            var page = (await _api.GetAsync(next, buyer)).ShouldBe(HttpStatusCode.OK);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(x => x.GetProperty("orderId").GetString()!));
            next = page["next"];
        }

        seen.ShouldBe(ids);
        pages.ShouldBe(3);
    }

    [Fact]
    public async Task Should_have_an_empty_page_for_a_new_buyer()
    {
        var page = (await _api.GetAsync("/api/orders", "nobody yet".Replace(' ', '-'))).ShouldBe(HttpStatusCode.OK);

        page.Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        page["next"].ShouldBeNull();
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=all", "limit")]
    [InlineData("after=1", "after")]
    [InlineData("offset=10", "offset")]
    public async Task Should_blame_each_wrong_parameter(string query, string field)
        => (await _api.GetAsync("/api/orders?" + query, "alice")).ShouldBlame(field);
}
