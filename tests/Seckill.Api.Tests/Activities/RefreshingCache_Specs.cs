using Seckill.Api.Activities;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Activities;

public sealed class RefreshingCache_Specs
{
    const int Nothing = 0;

    readonly ManualClock _clock = new();
    readonly List<TaskCompletionSource<int>> _loads = [];
    readonly RefreshingCache<string, int> _cache;

    public RefreshingCache_Specs()
        => _cache = new RefreshingCache<string, int>(_ => Load(), _ => TimeSpan.FromSeconds(5), staleFor: x => x == Nothing ? TimeSpan.Zero : TimeSpan.FromSeconds(60), capacity: 3, _clock);

    [Fact]
    public async Task Should_load_once_for_all_who_miss()
    {
        var readers = Enumerable.Range(0, 20).Select(_ => GetAsync()).ToList();
        await LoadAsync(0, 1);

        (await Task.WhenAll(readers)).ShouldAllBe(x => x == 1);
        _loads.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_answer_the_stale_value_while_it_loads_the_next()
    {
        var first = GetAsync();
        await LoadAsync(0, 1);
        await first;
        _clock.Advance(TimeSpan.FromSeconds(6));

        (await GetAsync()).ShouldBe(1);
        await LoadAsync(1, 2);

        await Eventually.HoldsAsync(async () => await GetAsync() == 2, "the next value is answered");
        _loads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_not_answer_a_value_that_is_too_stale()
    {
        var first = GetAsync();
        await LoadAsync(0, 1);
        await first;
        _clock.Advance(TimeSpan.FromSeconds(66));

        var second = GetAsync();
        second.IsCompleted.ShouldBeFalse();
        await LoadAsync(1, 2);

        (await second).ShouldBe(2);
    }

    [Fact]
    public async Task Should_not_say_that_there_is_nothing_once_that_is_stale()
    {
        var first = GetAsync();
        await LoadAsync(0, Nothing);
        (await first).ShouldBe(Nothing);
        _clock.Advance(TimeSpan.FromSeconds(6));

        var second = GetAsync();
        await LoadAsync(1, 2);

        (await second).ShouldBe(2);
    }

    [Fact]
    public async Task Should_keep_the_stale_value_when_its_successor_can_not_be_loaded()
    {
        var first = GetAsync();
        await LoadAsync(0, 1);
        await first;
        _clock.Advance(TimeSpan.FromSeconds(6));
        (await GetAsync()).ShouldBe(1);
        await WaitForLoadAsync(1);
        _loads[1].SetException(new TimeoutException());

        (await GetAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Should_fail_those_who_wait_and_try_again_for_the_next()
    {
        var first = GetAsync();
        await WaitForLoadAsync(0);
        _loads[0].SetException(new TimeoutException());
        await Should.ThrowAsync<TimeoutException>(first);

        var second = GetAsync();
        await LoadAsync(1, 2);

        (await second).ShouldBe(2);
    }

    [Fact]
    public async Task Should_not_keep_what_was_being_loaded_when_it_was_invalidated()
    {
        var first = GetAsync();
        await WaitForLoadAsync(0);
        _cache.Invalidate("key");
        var second = GetAsync();
        await LoadAsync(1, 2);
        (await second).ShouldBe(2);
        _loads[0].SetResult(1);
        await first;

        (await GetAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Should_stay_small_however_many_keys_are_tried()
    {
        for (var i = 0; i < 10; i++)
        {
            var reading = _cache.GetAsync($"key {i}", CancellationToken.None).AsTask();
            await LoadAsync(i, i);
            (await reading).ShouldBe(i);
        }

        _cache.Count.ShouldBeLessThanOrEqualTo(3);
    }

    Task<int> GetAsync() => _cache.GetAsync("key", CancellationToken.None).AsTask();

    Task<int> Load()
    {
        var load = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_loads)
            _loads.Add(load);
        return load.Task;
    }

    Task WaitForLoadAsync(int index) => Eventually.HoldsAsync(() =>
    {
        lock (_loads)
            return _loads.Count > index;
    }, $"load {index} began");

    async Task LoadAsync(int index, int value)
    {
        await WaitForLoadAsync(index);
        _loads[index].SetResult(value);
    }
}
