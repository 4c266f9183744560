using System.Net;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Contracts;
using Seckill.TestSupport;

using StackExchange.Redis;

namespace Seckill.Api.Tests.Orders;

/// <summary>What Redis is told of orders that Kafka has.</summary>
[Collection(ApiCollection.Name)]
public sealed class PublishedOrders_Specs(ApiServers servers)
{
    [Fact]
    public async Task Should_put_the_relay_off_for_those_that_nobody_has_decided()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Admission:RelayDelaySeconds", "4"), ("Admission:RelayRepeatSeconds", "3600")]);
        var activity = await api.AddActivityAsync();
        var decided = await PlaceAsync(api, activity, "alice");
        var undecided = await PlaceAsync(api, activity, "bob");
        var (before, due) = (await DueAsync(api, activity, decided), await DueAsync(api, activity, undecided));

        await api.TellAsync(decided, activity, OrderStatus.Confirmed);

        await Eventually.HoldsAsync(async () => await DueAsync(api, activity, undecided) > due + 3_000_000, "the relay is put off");
        (await DueAsync(api, activity, decided)).ShouldBe(before, "nobody needs to know of one that is decided");
    }

    [Fact]
    public async Task Should_leave_to_the_relay_what_kafka_did_not_take()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Admission:RelayDelaySeconds", "4"), ("Admission:RelayRepeatSeconds", "3600")]);
        var activity = await api.AddActivityAsync();
        api.Kafka.Delivery = FakeKafka.Refused;
        var refused = await PlaceAsync(api, activity, "alice");
        api.Kafka.Delivery = FakeKafka.Confirmed;
        var taken = await PlaceAsync(api, activity, "bob");
        var (before, due) = (await DueAsync(api, activity, refused), await DueAsync(api, activity, taken));

        await Eventually.HoldsAsync(async () => await DueAsync(api, activity, taken) > due + 3_000_000, "the relay is put off");
        (await DueAsync(api, activity, refused)).ShouldBe(before);
    }

    static async Task<Guid> PlaceAsync(ApiHost api, long activity, string buyer)
        => Guid.Parse((await api.OrderAsync(activity, buyer)).ShouldBe(HttpStatusCode.Accepted)["orderId"]!);

    /// <summary>When the relay looks at an order, as Unix time in milliseconds.</summary>
    static async Task<double> DueAsync(ApiHost api, long activity, Guid orderId)
    {
        IDatabase redis = await api.Services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        return await redis.SortedSetScoreAsync($"seckill:{{{activity}}}:pending", orderId.ToString("D")) ?? throw new InvalidOperationException($"Order {orderId} has no entry");
    }
}
