using Seckill.Admission.Redis;

namespace Seckill.Admission.Tests;

[Collection(StockRedisTests.Name)]
public sealed class GroupedScript_Specs(StockRedis redis)
{
    [Theory]
    [InlineData("return { 'another word', { { 1, 'yours' } } }")]
    [InlineData("return { ARGV[1], { { 1, 'yours' }, { 1, 'mine' } } }")]
    [InlineData("return 'yours'")]
    [InlineData("return { { 1, 'yours' } }")]
    public async Task Should_take_an_answer_to_somebody_elses_call_for_none(string script)
        => await Should.ThrowAsync<TimeoutException>(() => AskAsync(script));

    [Fact]
    public async Task Should_take_the_answer_to_its_own_call() => (await AskAsync("return { ARGV[1], { { 1, 'mine' } } }")).ShouldBe("mine");

    async Task<string?> AskAsync(string script)
    {
        await using var harness = new StockHarness(redis.Server);
        var calls = new GroupedScript<int>(
            harness.Connections.Stock, new RedisScript("test", script), _ => [], _ => [], TimeSpan.FromSeconds(10), TimeProvider.System);
        return (string?)await calls.AskAsync(0, ["key"], ["argument"]);
    }
}
