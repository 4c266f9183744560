using System.Net;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Kafka;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Orders;

[Collection(ApiCollection.Name)]
public sealed class PlaceOrder_Specs(ApiServers servers) : IDisposable
{
    readonly ApiHost _api = servers.Api;

    public void Dispose()
    {
        _api.Kafka.Delivery = FakeKafka.Confirmed;
        _api.Kafka.Reachability = KafkaReachability.Reachable;
    }

    [Fact]
    public async Task Should_admit_publish_and_say_where_the_status_is()
    {
        var activity = await _api.AddActivityAsync();

        var answer = (await _api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);

        answer["status"].ShouldBe("pending");
        answer["statusUrl"].ShouldBe("/api/orders/" + answer["orderId"]);
        answer.Headers["Location"].ShouldBe(answer["statusUrl"]);
        answer.Headers.Keys.ShouldNotContain("Idempotent-Replayed");
        var order = _api.Kafka.Produced.Single(x => x.OrderId.ToString() == answer["orderId"]);
        (order.ActivityId, order.SkuId, order.BuyerId, order.Quantity, order.UnitPriceCents, order.PaymentWindowSeconds)
            .ShouldBe((activity, 1, "alice", 1, 9900, 900));
        (await _api.GetAsync(answer["statusUrl"]!, "alice")).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("pending");
    }

    [Fact]
    public async Task Should_put_the_relay_off_once_kafka_has_confirmed()
    {
        var activity = await _api.AddActivityAsync();

        var answer = await _api.OrderAsync(activity, "alice");

        var database = await _api.Services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        await Eventually.HoldsAsync(
            async () => await database.SortedSetScoreAsync(new StockKeys(activity).Pending, answer["orderId"]!)
                > TimeProvider.System.GetUtcNow().AddSeconds(30).ToUnixTimeMilliseconds(),
            "the entry is due after the repeat time and not after the delay");
    }

    [Theory]
    [InlineData("key-1")]
    [InlineData(null)]
    public async Task Should_answer_a_repeat_as_the_first_time(string? key)
    {
        var activity = await _api.AddActivityAsync(limit: 1);
        var first = (await _api.OrderAsync(activity, "alice", key)).ShouldBe(HttpStatusCode.Accepted);

        var second = (await _api.OrderAsync(activity, "alice", key)).ShouldBe(HttpStatusCode.Accepted);

        second.Text.ShouldBe(first.Text);
        second.Headers["Location"].ShouldBe(first.Headers["Location"]);
        second.Headers["Idempotent-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task Should_answer_a_repeat_as_the_first_time_after_the_last_unit_is_gone()
    {
        var activity = await _api.AddActivityAsync(total: 1);
        var first = await _api.OrderAsync(activity, "alice", "k");
        (await _api.OrderAsync(activity, "bob")).ShouldBeProblem(HttpStatusCode.Conflict, "sold_out");

        (await _api.OrderAsync(activity, "alice", "k")).ShouldBe(HttpStatusCode.Accepted)["orderId"].ShouldBe(first["orderId"]);
    }

    [Fact]
    public async Task Should_keep_the_keys_of_two_buyers_apart()
    {
        var activity = await _api.AddActivityAsync();

        var alice = await _api.OrderAsync(activity, "alice", "k");
        var bob = await _api.OrderAsync(activity, "bob", "k");

        bob.ShouldBe(HttpStatusCode.Accepted)["orderId"].ShouldNotBe(alice["orderId"]);
    }

    [Fact]
    public async Task Should_refuse_a_key_that_was_used_for_another_order()
    {
        var activity = await _api.AddActivityAsync(limit: 5);
        await _api.OrderAsync(activity, "alice", "k");

        var answer = (await _api.OrderAsync(activity, "alice", "k", quantity: 2)).ShouldBlame("Idempotency-Key");

        answer.Text.ShouldContain("idempotency_key_reused");
    }

    [Fact]
    public async Task Should_refuse_when_sold_out()
    {
        var activity = await _api.AddActivityAsync(total: 1);
        await _api.OrderAsync(activity, "alice");

        (await _api.OrderAsync(activity, "bob")).ShouldBeProblem(HttpStatusCode.Conflict, "sold_out");
    }

    [Fact]
    public async Task Should_refuse_above_the_limit_and_name_the_first_order()
    {
        var activity = await _api.AddActivityAsync(limit: 1);
        var first = await _api.OrderAsync(activity, "alice", "first");

        var answer = (await _api.OrderAsync(activity, "alice", "second")).ShouldBeProblem(HttpStatusCode.Conflict, "already_ordered");

        answer["orderId"].ShouldBe(first["orderId"]);
        answer["statusUrl"].ShouldBe(first["statusUrl"]);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(-2, true)]
    [InlineData(-2, false)]
    public async Task Should_refuse_outside_the_window_and_name_it(int opensInHours, bool warmUp)
    {
        var activity = await _api.AddActivityAsync(opensIn: TimeSpan.FromHours(opensInHours), warmUp: warmUp);

        var answer = (await _api.OrderAsync(activity, "alice")).ShouldBeProblem(HttpStatusCode.Conflict, "activity_not_open");

        var opensAt = DateTimeOffset.Parse(answer["opensAt"]!, System.Globalization.CultureInfo.InvariantCulture);
        opensAt.ShouldBe(TimeProvider.System.GetUtcNow().AddHours(opensInHours), TimeSpan.FromMinutes(1));
        DateTimeOffset.Parse(answer["closesAt"]!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(opensAt.AddHours(1));
    }

    [Fact]
    public async Task Should_ask_to_come_back_while_the_stock_is_not_there()
    {
        var activity = await _api.AddActivityAsync(warmUp: false);

        (await _api.OrderAsync(activity, "alice")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();
    }

    [Fact]
    public async Task Should_ask_to_come_back_while_redis_is_away()
    {
        var activity = await _api.AddActivityAsync();
        await servers.Redis.KillAsync();
        try
        {
            (await _api.OrderAsync(activity, "alice")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();
        }
        finally
        {
            await servers.Redis.RestartAsync();
        }

        await _api.WarmUpAsync(activity);
        (await _api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(424242, 1)]
    [InlineData(null, 424242)]
    public async Task Should_know_no_other_activity_and_no_other_sku(int? unknownActivity, int sku)
    {
        var activity = unknownActivity ?? await _api.AddActivityAsync();

        (await _api.OrderAsync(activity, "alice", sku: sku)).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("{}", "skuId", "quantity")]
    [InlineData("""{"skuId":1}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":null}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":0}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":-1}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":3}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":99999999999999999999}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":1.5}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":"1"}""", "quantity")]
    [InlineData("""{"skuId":1,"quantity":true}""", "quantity")]
    [InlineData("""{"skuId":[],"quantity":{}}""", "skuId", "quantity")]
    [InlineData("""{"skuId":0,"quantity":1}""", "skuId")]
    [InlineData("""{"skuId":1,"quantity":1,"price":1}""", "price")]
    [InlineData("""{"SkuId":1,"quantity":1}""", "SkuId", "skuId")]
    public async Task Should_blame_each_wrong_field(string body, params string[] fields)
    {
        var activity = await _api.AddActivityAsync(limit: 2);

        (await _api.PostAsync($"/api/activities/{activity}/orders", body, "alice")).ShouldBlame(fields);

        _api.Kafka.Produced.ShouldNotContain(x => x.ActivityId == activity);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u007f")]
    [InlineData("long")]
    public async Task Should_blame_a_key_that_is_not_allowed(string key)
    {
        var activity = await _api.AddActivityAsync();

        (await _api.OrderAsync(activity, "alice", key == "long" ? new string('k', 129) : key)).ShouldBlame("Idempotency-Key");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"skuId":1,"quantity":1""")]
    [InlineData("""{"skuId":1,"quantity":1} x""")]
    [InlineData("""{"skuId":1,"skuId":2,"quantity":1}""")]
    [InlineData("""[{"skuId":1,"quantity":1}]""")]
    [InlineData("null")]
    [InlineData("skuId=1&quantity=1")]
    public async Task Should_say_that_a_body_is_malformed(string body)
    {
        var activity = await _api.AddActivityAsync();

        (await _api.PostAsync($"/api/activities/{activity}/orders", body, "alice")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task Should_not_read_a_huge_body()
    {
        var activity = await _api.AddActivityAsync();
        var body = $$"""{"skuId":1,"quantity":1,"note":"{{new string('x', 20_000)}}"}""";

        (await _api.PostAsync($"/api/activities/{activity}/orders", body, "alice")).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Should_read_nothing_but_json()
    {
        var activity = await _api.AddActivityAsync();

        (await _api.SendAsync(HttpMethod.Post, $"/api/activities/{activity}/orders", "<order/>", "alice", contentType: "text/xml"))
            .ShouldBeProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Should_answer_when_kafka_does_not_confirm()
    {
        var activity = await _api.AddActivityAsync();
        await _api.OrderAsync(activity, "first");
        // It never does: whoever waited for it would not answer at all.
        _api.Kafka.Delivery = FakeKafka.Silent;

        (await _api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Should_accept_when_kafka_refuses()
    {
        var activity = await _api.AddActivityAsync();
        _api.Kafka.Delivery = FakeKafka.Refused;

        (await _api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Should_leave_the_order_to_the_relay_when_kafka_is_known_to_be_away()
    {
        var activity = await _api.AddActivityAsync();
        _api.Kafka.Reachability = KafkaReachability.Unreachable;

        var answer = (await _api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);

        _api.Kafka.Produced.ShouldNotContain(x => x.ActivityId == activity);
        (await _api.GetAsync(answer["statusUrl"]!, "alice"))["status"].ShouldBe("pending");
    }
}
