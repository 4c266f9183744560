using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.Admission.Tests.Stock;

/// <summary>What Redis has written when a script fails, stays: a script that is called wrongly must fail before.</summary>
[Collection(StockRedisTests.Name)]
public class Arguments_Specs(StockRedis redis)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("admit", 3, "-5")]
    [InlineData("admit", 3, "nan")]
    [InlineData("admit", 0, "")]
    [InlineData("admit", 6, "soon")]
    [InlineData("admit", 7, "1e3")]
    [InlineData("prepare", 3, "-5")]
    [InlineData("prepare", 3, "0x1")]
    [InlineData("prepare", 0, "019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877")]
    [InlineData("prepare", 8, "1.5")]
    [InlineData("prepare", 9, "soon")]
    [InlineData("commit", 3, "-5")]
    [InlineData("commit", 6, "")]
    [InlineData("commit", 9, "1e400")]
    [InlineData("commit", 10, "soon")]
    [InlineData("release", 3, "0")]
    [InlineData("release", 8, "soon")]
    public async Task Should_change_nothing_when_an_argument_is_wrong(string script, int index, string value)
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var order = harness.Unknown("alice", 2, "key");
        RedisValue[] settings = script == "admit" ? [5000, 86_400, 50_000] : script == "release" ? [172_800] : script == "prepare" ? [86_400, 60_000] : [86_400, 604_800, 60_000];
        RedisValue[] arguments = script == "admit"
            ? [order.OrderId.ToString("D"), StockHarness.Sku, "alice", 2, StockHarness.Price, "key", .. settings]
            : [order.OrderId.ToString("D"), StockHarness.Sku, "alice", 2, StockHarness.Price, order.AdmittedAt.ToUnixTimeMilliseconds(), 900, "key", .. settings];
        arguments[index] = value;

        (await FailsAsync(harness, script, order, arguments, settings.Length)).ShouldBeTrue();

        await harness.ShouldHaveAsync(10, 0, 0);
        (await harness.PendingAsync()).ShouldBe(0);
        (await harness.HeldAsync("alice")).ShouldBeNull();
        (await harness.StateAsync(order.OrderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_change_nothing_when_a_key_is_missing()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var order = harness.Unknown("alice", 2, "key");

        var answer = await RunAsync(harness, StockScripts.Commit, [harness.Keys.Order(order.OrderId)],
            [order.OrderId.ToString("D"), StockHarness.Sku, "alice", 2, StockHarness.Price, 0, 900, "key", 86_400, 604_800, 60_000], own: 8);

        ((int)((RedisResult[])answer!)[0]).ShouldBe(0);
        await harness.ShouldHaveAsync(10, 0, 0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.001")]
    [InlineData("-1")]
    [InlineData("3")]
    public async Task Should_not_go_round_for_ever_when_the_number_of_arguments_is_wrong(string own)
    {
        await using var harness = new StockHarness(redis.Server);
        var database = await harness.DatabaseAsync();

        await Should.ThrowAsync<RedisServerException>(StockScripts.Release.EvaluateAsync(
            database, [harness.Keys.Meta], ["word", 1, 0, 0, own, "1", "2", "3", "4"], Patience, default));
    }

    static async Task<bool> FailsAsync(StockHarness harness, string script, StockReservation order, RedisValue[] arguments, int settings)
    {
        var parts = (RedisResult[]?)await RunAsync(harness, script switch
        {
            "admit" => StockScripts.Admit,
            "prepare" => StockScripts.Prepare,
            "commit" => StockScripts.Commit,
            _ => StockScripts.Release,
        }, harness.Keys.ForOrder(order.OrderId, order.BuyerId, order.IdempotencyKey), arguments, arguments.Length - settings);
        return (int)parts![0] == 0;
    }

    /// <summary>One call, as it travels with others; what it answers, after 1 when it went well and 0 when it failed.</summary>
    static async Task<RedisResult> RunAsync(StockHarness harness, RedisScript script, RedisKey[] keys, RedisValue[] arguments, int own)
    {
        var database = await harness.DatabaseAsync();
        var answer = await script.EvaluateAsync(
            database, [harness.Keys.Meta, harness.Keys.Stock, harness.Keys.Buyers, harness.Keys.Pending, .. keys],
            ["word", 4, keys.Length, arguments.Length - own, own, .. arguments[own..], .. arguments[..own]], Patience, default);
        return ((RedisResult[])((RedisResult[])answer!)[1]!)[0];
    }
}
