using System.Net;

using MassTransit;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Contracts;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Activities;

[Collection(ApiCollection.Name)]
public sealed class Activities_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_show_an_activity_with_live_stock_to_anybody()
    {
        var activity = await _api.AddActivityAsync(total: 7);
        await _api.OrderAsync(activity, "alice");

        var answer = (await _api.GetAsync($"/api/activities/{activity}")).ShouldBe(HttpStatusCode.OK);

        answer["phase"].ShouldBe("open");
        answer["perBuyerLimit"].ShouldBe("1");
        var sku = answer.Json.GetProperty("skus")[0];
        (sku.GetProperty("total").GetInt32(), sku.GetProperty("available").GetInt32(), sku.GetProperty("unitPriceCents").GetInt64()).ShouldBe((7, 6, 9900));
    }

    [Theory]
    [InlineData(1, "upcoming")]
    [InlineData(-2, "closed")]
    public async Task Should_say_in_which_phase_it_is(int opensInHours, string phase)
    {
        var activity = await _api.AddActivityAsync(opensIn: TimeSpan.FromHours(opensInHours), warmUp: false);

        var answer = (await _api.GetAsync($"/api/activities/{activity}")).ShouldBe(HttpStatusCode.OK);

        answer["phase"].ShouldBe(phase);
        answer.Json.GetProperty("skus")[0].GetProperty("available").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Should_list_those_that_are_open_or_will_be()
    {
        await using var api = await ApiHost.StartAsync(servers);
        var open = await api.AddActivityAsync();
        var upcoming = await api.AddActivityAsync(opensIn: TimeSpan.FromHours(1), warmUp: false);
        var closed = await api.AddActivityAsync(opensIn: TimeSpan.FromMinutes(-61), warmUp: false);

        var ids = (await api.GetAsync("/api/activities")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("items").EnumerateArray()
            .Select(x => x.GetProperty("activityId").GetInt64()).ToList();

        ids.ShouldContain(open);
        ids.ShouldContain(upcoming);
        ids.ShouldNotContain(closed);
    }

    [Theory]
    [InlineData("424243")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    public async Task Should_know_no_such_activity(string id)
        => (await _api.GetAsync("/api/activities/" + id)).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

    [Fact]
    public async Task Should_see_a_new_activity_soon_that_was_asked_for_before()
    {
        var activity = await _api.AddActivityAsync();
        var next = activity + 1;
        (await _api.GetAsync($"/api/activities/{next}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

        (await _api.AddActivityAsync()).ShouldBe(next);

        await Eventually.HoldsAsync(async () => (await _api.GetAsync($"/api/activities/{next}")).Status == HttpStatusCode.OK, "the activity is there");
    }

    [Fact]
    public async Task Should_read_stock_again_when_it_changed()
    {
        var activity = await _api.AddActivityAsync(total: 3);
        (await AvailableAsync(activity)).ShouldBe(3);
        await _api.OrderAsync(activity, "alice");

        await _api.Services.GetRequiredService<IBus>().Publish(new StockChanged
        {
            ActivityId = activity,
            Cause = "returned",
            OccurredAt = TimeProvider.System.GetUtcNow(),
        });

        await Eventually.HoldsAsync(async () => await AvailableAsync(activity) == 2, "the stock is read again");
    }

    [Fact]
    public async Task Should_show_at_once_that_nothing_is_left()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Admission:SoldOutFlagMilliseconds", "60000")]);
        var activity = await api.AddActivityAsync(total: 1);
        (await AvailableAsync(activity, api)).ShouldBe(1);

        await api.OrderAsync(activity, "alice");
        await api.OrderAsync(activity, "bob");

        (await AvailableAsync(activity, api)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_show_prices_while_redis_is_away()
    {
        var activity = await _api.AddActivityAsync();
        await servers.Redis.KillAsync();
        try
        {
            var answer = (await _api.GetAsync($"/api/activities/{activity}")).ShouldBe(HttpStatusCode.OK);
            answer.Json.GetProperty("skus")[0].GetProperty("available").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        }
        finally
        {
            await servers.Redis.RestartAsync();
        }
    }

    async Task<int?> AvailableAsync(long activity, ApiHost? api = null)
    {
        var available = (await (api ?? _api).GetAsync($"/api/activities/{activity}")).Json.GetProperty("skus")[0].GetProperty("available");
        return available.ValueKind == System.Text.Json.JsonValueKind.Null ? null : available.GetInt32();
    }
}
