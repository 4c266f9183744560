using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Redis;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests.Locking;

public sealed class RedLock_Specs : IAsyncLifetime
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    readonly List<RedisServer> _masters = [];
    RedisConnections? _opened;

    RedisConnections Connections => _opened!;

    public async Task InitializeAsync()
    {
        try
        {
            for (var i = 0; i < 5; i++)
                _masters.Add(await RedisServer.StartAsync());
            _opened = StockHarness.Connect(_masters[0], _masters);
            foreach (var master in _opened.Locks)
                await Eventually.HoldsAsync(() => AnswersAsync(master), "the master is reached");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_opened is not null)
            await _opened.DisposeAsync();
        foreach (var master in _masters)
            await master.DisposeAsync();
    }

    [Fact]
    public async Task Should_let_one_holder_in_at_a_time()
    {
        var locks = NewLock();
        var resource = NewResource();

        await using (var lease = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull())
        {
            lease.Resource.ShouldBe(resource);
            lease.ValidUntil.ShouldBeInRange(DateTimeOffset.UtcNow.AddSeconds(20), DateTimeOffset.UtcNow.AddSeconds(29.8));
            (await locks.TryAcquireAsync(resource, Long)).ShouldBeNull();
            (await locks.TryAcquireAsync(NewResource(), Long)).ShouldNotBeNull();
        }

        (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Should_let_at_most_one_of_many_in()
    {
        var locks = NewLock();
        var resource = NewResource();
        var (inside, entered, most) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var lease = await locks.TryAcquireAsync(resource, Long);
            if (lease is null)
                return;

            most = Math.Max(most, Interlocked.Increment(ref inside));
            Interlocked.Increment(ref entered);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));

        most.ShouldBeLessThanOrEqualTo(1);
        await using var after = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Should_do_with_three_of_five_masters_and_not_with_two()
    {
        var locks = NewLock();
        await _masters[0].KillAsync();
        await _masters[3].KillAsync();

        var resource = NewResource();
        var lease = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();
        (await lease.ExtendAsync(Long)).ShouldBeTrue();
        (await locks.TryAcquireAsync(resource, Long)).ShouldBeNull();
        await lease.DisposeAsync();
        await using var again = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();
        again.FencingToken.ShouldBeGreaterThan(lease.FencingToken);

        await _masters[1].KillAsync();
        (await locks.TryAcquireAsync(NewResource(), Long)).ShouldBeNull();
        (await again.ExtendAsync(Long)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_do_with_the_majority_when_others_answer_and_refuse()
    {
        var locks = NewLock();
        var resource = NewResource();
        // One has no room, and one is no master of ours.
        await (await Connections.Locks[0].DatabaseAsync()).ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await (await Connections.Locks[3].DatabaseAsync()).HashSetAsync(resource + ":fence", "not", "a number");

        var lease = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();

        (await lease.ExtendAsync(Long)).ShouldBeTrue();
        await lease.DisposeAsync();
        foreach (var master in Connections.Locks)
            (await (await master.DatabaseAsync()).KeyExistsAsync(resource)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_free_the_masters_that_let_in_a_loser()
    {
        var locks = NewLock();
        var resource = NewResource();
        for (var i = 0; i < 3; i++)
            await (await Connections.Locks[i].DatabaseAsync()).StringSetAsync(resource, "somebody else", Long);

        (await locks.TryAcquireAsync(resource, Long)).ShouldBeNull();

        for (var i = 3; i < 5; i++)
            (await (await Connections.Locks[i].DatabaseAsync()).KeyExistsAsync(resource)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_not_let_an_expired_holder_touch_the_lock_of_his_successor()
    {
        var locks = NewLock();
        var resource = NewResource();
        // Short enough to wait for, and long enough for masters that are only being connected.
        var expired = await AcquiredAsync(locks, resource, TimeSpan.FromSeconds(2));
        ILockLease? successor = null;
        await Eventually.HoldsAsync(async () => (successor = await locks.TryAcquireAsync(resource, Long)) is not null, "the lock expires");

        (await expired.ExtendAsync(Long)).ShouldBeFalse();
        await expired.DisposeAsync();

        successor!.FencingToken.ShouldBeGreaterThan(expired.FencingToken);
        (await locks.TryAcquireAsync(resource, Long)).ShouldBeNull();
        (await successor.ExtendAsync(Long)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_prolong_the_lease_when_it_is_extended()
    {
        var locks = NewLock();
        var lease = (await locks.TryAcquireAsync(NewResource(), TimeSpan.FromSeconds(5))).ShouldNotBeNull();
        var before = lease.ValidUntil;
        (await lease.ExtendAsync(TimeSpan.FromMinutes(1))).ShouldBeTrue();
        lease.ValidUntil.ShouldBeGreaterThan(before.AddSeconds(40));
        var left = await (await Connections.Locks[2].DatabaseAsync()).KeyTimeToLiveAsync(lease.Resource);
        left.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task Should_draw_rising_tokens_while_masters_come_and_go()
    {
        var locks = NewLock();
        var resource = NewResource();
        // One master's fence is far ahead of its clock: its token must win, and the others must learn it.
        var ahead = (DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds() * 1000) + 1;
        await (await Connections.Locks[0].DatabaseAsync()).StringSetAsync(resource + ":fence", ahead, Long);
        var last = 0L;
        for (var round = 0; round < 12; round++)
        {
            await using (var lease = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull())
            {
                lease.FencingToken.ShouldBeGreaterThan(last);
                last = lease.FencingToken;
            }

            // Two masters out of five lose what they knew; the third still knows.
            await (await Connections.Locks[round % 5].DatabaseAsync()).KeyDeleteAsync(resource + ":fence");
            await (await Connections.Locks[(round + 2) % 5].DatabaseAsync()).KeyDeleteAsync(resource + ":fence");
        }

        last.ShouldBeGreaterThan(ahead);
    }

    [Fact]
    public async Task Should_draw_higher_tokens_after_a_master_came_back_empty()
    {
        var locks = NewLock();
        var resource = NewResource();
        var last = 0L;
        foreach (var master in _masters)
        {
            await using (var lease = await AcquiredAsync(locks, resource))
            {
                lease.FencingToken.ShouldBeGreaterThan(last);
                last = lease.FencingToken;
            }

            await master.RestartEmptyAsync();
        }

        await using var after = await AcquiredAsync(locks, resource);
        after.FencingToken.ShouldBeGreaterThan(last);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Should_leave_no_lock_to_nobody_when_a_caller_gives_up(int masters)
    {
        await using var connections = StockHarness.Connect(_masters[0], _masters.Take(masters));
        var locks = NewLock(connections);
        // Calls that keep others waiting behind them.
        var resources = Enumerable.Range(0, 500).Select(_ => NewResource()).ToList();
        await Task.WhenAll(resources.Select(resource => Task.Run(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            var acquiring = locks.TryAcquireAsync(resource, Long, cancellation.Token);
            await cancellation.CancelAsync();
            try
            {
                if (await acquiring is { } lease)
                    await lease.DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                // Given up in time.
            }
        })));

        foreach (var resource in resources)
            await Eventually.HoldsAsync(async () => await locks.TryAcquireAsync(resource, Long) is not null, $"{resource} is free", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Should_give_a_lock_back_to_masters_that_answer_too_late_to_be_waited_for()
    {
        var locks = NewLock();
        var resource = NewResource();
        var lease = await AcquiredAsync(locks, resource);
        foreach (var master in Connections.Locks)
        {
            var database = await master.DatabaseAsync();
            // The script has to be sent again, and who gave up at the first late answer does not.
            await database.ExecuteAsync("SCRIPT", "FLUSH");
            await database.ExecuteAsync("CLIENT", "PAUSE", "1000", "ALL");
        }

        await lease.DisposeAsync();

        await Eventually.HoldsAsync(async () => await locks.TryAcquireAsync(resource, Long) is not null, $"{resource} is free", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Should_do_with_one_master()
    {
        await using var single = StockHarness.Connect(_masters[0]);
        var locks = NewLock(single);
        var resource = NewResource();
        var first = await AcquiredAsync(locks, resource);
        (await locks.TryAcquireAsync(resource, Long)).ShouldBeNull();
        await first.DisposeAsync();
        var second = (await locks.TryAcquireAsync(resource, Long)).ShouldNotBeNull();
        second.FencingToken.ShouldBeGreaterThan(first.FencingToken);
    }

    [Fact]
    public async Task Should_wait_for_a_lone_master_that_is_slower_than_one_of_several_may_be()
    {
        await using var single = StockHarness.Connect(_masters[0]);
        var locks = NewLock(single, masterTimeoutMilliseconds: 50);
        await (await AcquiredAsync(locks, NewResource())).DisposeAsync();

        await (await single.Stock.DatabaseAsync()).ExecuteAsync("CLIENT", "PAUSE", "500", "ALL");

        await using var lease = (await locks.TryAcquireAsync(NewResource(), Long)).ShouldNotBeNull();
    }

    RedLock NewLock(RedisConnections? connections = null, int masterTimeoutMilliseconds = 1000) => new(connections ?? Connections,
        Options.Create(new AdmissionOptions { LockMasterTimeoutMilliseconds = masterTimeoutMilliseconds, RedisTimeoutMilliseconds = 10_000 }),
        TimeProvider.System, NullLogger<RedLock>.Instance);

    /// <summary>A lock that nobody holds, as soon as enough masters are reached again.</summary>
    static async Task<ILockLease> AcquiredAsync(RedLock locks, string resource, TimeSpan? expiry = null)
    {
        ILockLease? lease = null;
        await Eventually.HoldsAsync(async () => (lease = await locks.TryAcquireAsync(resource, expiry ?? Long)) is not null, "enough masters are reached");
        return lease!;
    }

    static async Task<bool> AnswersAsync(RedisConnection master)
    {
        try
        {
            await master.RunIdAsync();
            return true;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            return false;
        }
    }

    static string NewResource() => "test:" + Guid.NewGuid().ToString("N");
}
