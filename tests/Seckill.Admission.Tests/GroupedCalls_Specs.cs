using System.Collections.Concurrent;

using Seckill.Admission.Redis;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests;

public class GroupedCalls_Specs
{
    readonly ConcurrentQueue<(string Key, int[] Calls)> _sent = new();
    readonly ManualClock _time = new();
    readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_send_together_what_came_while_others_were_on_their_way()
    {
        var calls = Calls(maximum: 3);
        var first = calls.AskAsync("a", 0);
        await Eventually.HoldsAsync(() => _sent.Count == 1, "the first call is sent");

        var others = Task.WhenAll(Enumerable.Range(1, 5).Select(x => calls.AskAsync(x == 5 ? "b" : "a", x)));
        _first.SetResult();

        (await first).ShouldBe(0);
        (await others).ShouldBe([10, 20, 30, 40, 50]);
        _sent.Select(x => $"{x.Key}:{string.Join(",", x.Calls)}").ShouldBe(["a:0", "a:1,2,3", "a:4", "b:5"], ignoreOrder: true);
        (await calls.AskAsync("a", 6)).ShouldBe(60);
    }

    [Fact]
    public async Task Should_tell_a_failure_to_those_who_travelled_with_it_and_nobody_else()
    {
        _first.SetResult();
        var calls = Calls(maximum: 1);

        var outcomes = await Task.WhenAll(Enumerable.Range(-1, 3).Select(async x =>
        {
            try
            {
                return await calls.AskAsync("a", x);
            }
            catch (InvalidOperationException)
            {
                return -1;
            }
        }));

        outcomes.ShouldBe([-1, 0, 10]);
    }

    [Fact]
    public async Task Should_not_send_a_call_that_had_to_wait_too_long()
    {
        var calls = Calls(maximum: 3);
        var first = calls.AskAsync("a", 0);
        await Eventually.HoldsAsync(() => _sent.Count == 1, "the first call is sent");
        var late = calls.AskAsync("a", 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        var inTime = calls.AskAsync("a", 2);
        _first.SetResult();

        (await first).ShouldBe(0);
        (await inTime).ShouldBe(20);
        await Should.ThrowAsync<TimeoutException>(() => late);
        _sent.SelectMany(x => x.Calls).ShouldBe([0, 2]);
    }

    GroupedCalls<string, int, int> Calls(int maximum) => new(SendAsync, maximum, TimeSpan.FromSeconds(2), _time);

    async Task<IReadOnlyList<int>> SendAsync(string key, IReadOnlyList<int> calls)
    {
        _sent.Enqueue((key, [.. calls]));
        await _first.Task;
        return calls.Any(x => x < 0) ? throw new InvalidOperationException() : [.. calls.Select(x => x * 10)];
    }
}
