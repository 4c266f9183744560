using Seckill.Admission.Locking;
using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Admission.Tests.Locking;

/// <summary>What the scripts of the lock do on one master, where a race decides what several masters do together.</summary>
[Collection(StockRedisTests.Name)]
public sealed class LockScripts_Specs(StockRedis redis)
{
    static readonly string Raise = RedLock.Prelude + "\n" + Read("lock_raise");

    readonly RedisKey _lock = "test:" + Guid.NewGuid().ToString("N");

    RedisKey Fence => _lock.Append(":fence");

    [Fact]
    public async Task Should_raise_the_fence_for_the_holder_only()
    {
        await using var harness = new StockHarness(redis.Server);
        var master = await HeldAsync(harness, "somebody", fence: 5);

        (await RaiseAsync(master, "somebody else", 9)).ShouldBe(0);
        ((long)await master.StringGetAsync(Fence)).ShouldBe(5);
        (await RaiseAsync(master, "somebody", 9)).ShouldBe(1);
        ((long)await master.StringGetAsync(Fence)).ShouldBe(9);
    }

    [Fact]
    public async Task Should_never_lower_the_fence()
    {
        await using var harness = new StockHarness(redis.Server);
        var master = await HeldAsync(harness, "somebody", fence: 9);

        (await RaiseAsync(master, "somebody", 5)).ShouldBe(1);

        ((long)await master.StringGetAsync(Fence)).ShouldBe(9);
    }

    [Fact]
    public async Task Should_draw_a_higher_token_for_a_lock_that_is_taken_twice_in_one_run()
    {
        await using var harness = new StockHarness(redis.Server);
        var master = await harness.DatabaseAsync();
        var acquire = GroupedScript.Wrap("lock_acquire", Read("lock_acquire"), RedLock.Prelude);

        var answer = (RedisResult[])(await acquire.EvaluateAsync(
            master, [_lock, Fence, _lock, Fence], ["word", 0, 2, 2, 1, 10_000, 60_000, "me", "me"], TimeSpan.FromSeconds(10), CancellationToken.None))!;

        var tokens = ((RedisResult[])answer[1]!).Select(x => (long)((RedisResult[])x!)[1]).ToList();
        tokens[1].ShouldBe(tokens[0] + 1);
        ((long)await master.StringGetAsync(Fence)).ShouldBe(tokens[1]);
    }

    async Task<IDatabase> HeldAsync(StockHarness harness, string owner, long fence)
    {
        var master = await harness.DatabaseAsync();
        await master.StringSetAsync(_lock, owner, TimeSpan.FromMinutes(1));
        await master.StringSetAsync(Fence, fence, TimeSpan.FromMinutes(1));
        return master;
    }

    static string Read(string name) => EmbeddedScript.Read(typeof(RedLock).Assembly, name + ".lua");

    async Task<int> RaiseAsync(IDatabase master, string owner, long token)
        => (int)await master.ScriptEvaluateAsync(Raise, [_lock, Fence], [owner, token, 60_000, 60_000]);
}
