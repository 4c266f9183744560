using Microsoft.Extensions.Options;

using Seckill.Api.Identity;
using Seckill.Api.Orders;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Orders;

public sealed class OrderTurns_Specs
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(501);

    readonly ManualClock _clock = new();

    [Fact]
    public async Task Should_give_turns_in_the_order_of_the_queue()
    {
        var turns = New(atATime: 2);
        (await TakeAsync(turns)).ShouldBeTrue();
        (await TakeAsync(turns)).ShouldBeTrue();
        var (first, second) = (TakeAsync(turns), TakeAsync(turns));
        turns.Queued.ShouldBe(2);

        turns.Leave();

        (await first.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue();
        second.IsCompleted.ShouldBeFalse();
        turns.Leave();
        (await second.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue();
        turns.Queued.ShouldBe(0);
    }

    [Fact]
    public async Task Should_send_those_away_whom_the_queue_has_no_place_for()
    {
        var turns = New(queue: 1);
        (await TakeAsync(turns)).ShouldBeTrue();
        var queued = TakeAsync(turns);

        (await TakeAsync(turns)).ShouldBeFalse();

        turns.Leave();
        (await queued).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_let_a_burst_wait_for_as_long_as_it_lasts()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        var queued = TakeAsync(turns);

        _clock.Advance(TimeSpan.FromSeconds(4.9));
        turns.Leave();

        (await queued).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_send_those_away_who_waited_when_the_queue_is_never_empty()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        var early = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var (late, last) = (TakeAsync(turns), TakeAsync(turns));

        turns.Leave();
        (await early).ShouldBeFalse();
        (await late).ShouldBeTrue();

        _clock.Advance(Moment);
        turns.Leave();
        (await last).ShouldBeFalse();
        (await TakeAsync(turns)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_keep_those_who_said_that_they_would_wait()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        var hasty = TakeAsync(turns);
        var (patient, gone) = (turns.TakeAsync(TimeSpan.FromSeconds(30), default).AsTask(), turns.TakeAsync(TimeSpan.FromSeconds(9), default).AsTask());
        _clock.Advance(TimeSpan.FromSeconds(10));

        turns.Leave();
        (await hasty).ShouldBeFalse();
        (await patient).ShouldBeTrue();
        turns.Leave();
        (await gone).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_let_a_new_burst_wait_after_the_queue_was_empty()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        var first = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        turns.Leave();
        (await first).ShouldBeTrue();

        var second = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        turns.Leave();

        (await second).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_take_more_for_a_new_burst_only_a_moment_after_it_was_too_much()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        var first = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(5));
        turns.Leave();
        (await first).ShouldBeFalse();

        (await TakeAsync(turns)).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(499));
        var soon = TakeAsync(turns);
        _clock.Advance(Moment);
        turns.Leave();
        (await soon).ShouldBeFalse();

        (await TakeAsync(turns)).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        var later = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        turns.Leave();
        (await later).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_say_at_the_door_that_waiting_would_be_in_vain()
    {
        var turns = New();
        turns.IsOverrun(TimeSpan.Zero).ShouldBeFalse();
        (await TakeAsync(turns)).ShouldBeTrue();
        var early = TakeAsync(turns);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        turns.IsOverrun(TimeSpan.Zero).ShouldBeFalse("a burst may wait");

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        turns.IsOverrun(TimeSpan.Zero).ShouldBeTrue();
        turns.IsOverrun(TimeSpan.FromSeconds(11)).ShouldBeFalse("this one waits longer than the queue is");
        turns.IsOverrun(TimeSpan.FromSeconds(9)).ShouldBeTrue();

        var late = TakeAsync(turns);
        turns.Leave();
        (await early).ShouldBeFalse();
        (await late).ShouldBeTrue();
        turns.IsOverrun(TimeSpan.Zero).ShouldBeFalse("nobody waits");

        var (last, after) = (TakeAsync(turns), TakeAsync(turns));
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        turns.IsOverrun(TimeSpan.Zero).ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        turns.IsOverrun(TimeSpan.Zero).ShouldBeTrue("the first in the queue has waited for half of what a newcomer would");
        turns.Leave();
        (await last).ShouldBeTrue();
        turns.Leave();
        (await after).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_pass_over_those_who_gave_up()
    {
        var turns = New();
        (await TakeAsync(turns)).ShouldBeTrue();
        using var gone = new CancellationTokenSource();
        var (first, second) = (TakeAsync(turns, gone.Token), TakeAsync(turns));
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);

        turns.Leave();

        (await second).ShouldBeTrue();
        turns.Leave();
        (await TakeAsync(turns)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_never_have_more_at_a_time_than_may_be()
    {
        var turns = New(atATime: 3, queue: 1000);
        var (working, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            using var patience = new CancellationTokenSource();
            if (i % 7 == 0)
                patience.CancelAfter(1);
            try
            {
                (await TakeAsync(turns, patience.Token)).ShouldBeTrue();
            }
            catch (OperationCanceledException)
            {
                return;
            }

            InterlockedMax(ref most, Interlocked.Increment(ref working));
            await Task.Yield();
            Interlocked.Decrement(ref working);
            Interlocked.Increment(ref done);
            turns.Leave();
        }));

        most.ShouldBeInRange(1, 3);
        done.ShouldBeGreaterThan(400);
        turns.Queued.ShouldBe(0);
        for (var i = 0; i < 3; i++)
            (await TakeAsync(turns)).ShouldBeTrue();
    }

    static Task<bool> TakeAsync(OrderTurns turns, CancellationToken cancellationToken = default) => turns.TakeAsync(TimeSpan.Zero, cancellationToken).AsTask();

    OrderTurns New(int atATime = 1, int queue = 10)
        => new(Options.Create(new RateLimitOptions { ConcurrentOrders = atATime, QueuedOrders = queue, OrderBurstSeconds = 5, OrderQueueMilliseconds = 500 }), _clock);

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
            seen = Interlocked.CompareExchange(ref target, value, seen);
    }
}
