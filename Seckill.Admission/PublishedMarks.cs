using Microsoft.Extensions.Options;

using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.Admission;

/// <summary>
/// Tells Redis which entries were published, many with one call: whatever arrived while the last call was in flight. There is no
/// timer, so a lone mark does not wait.
/// </summary>
sealed class PublishedMarks(StockScripts scripts, IOptions<AdmissionOptions> options)
{
    const int MaximumPerCall = 1000;

    readonly int _repeatMilliseconds = options.Value.RelayRepeatSeconds * 1000;
    readonly Lock _gate = new();
    List<Mark> _waiting = [];
    bool _running;

    /// <summary>Completes when Redis has it.</summary>
    public Task AddAsync(long activityId, IReadOnlyCollection<Guid> orderIds)
    {
        var mark = new Mark(activityId, orderIds, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Add(mark);
            if (_running)
                return mark.Done.Task;

            _running = true;
        }

        _ = RunAsync();
        return mark.Done.Task;
    }

    async Task RunAsync()
    {
        // The caller is a request: it goes on while its mark is on the way.
        await Task.Yield();
        while (true)
        {
            List<Mark> batch;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _running = false;
                    return;
                }

                (batch, _waiting) = (_waiting, []);
            }

            await Task.WhenAll(batch.GroupBy(x => x.ActivityId).Select(SendAsync)).ConfigureAwait(false);
        }
    }

    async Task SendAsync(IGrouping<long, Mark> marks)
    {
        try
        {
            var pending = new StockKeys(marks.Key).Pending;
            foreach (var ids in marks.SelectMany(x => x.OrderIds).Chunk(MaximumPerCall))
            {
                RedisValue[] arguments = [_repeatMilliseconds, .. ids.Select(x => (RedisValue)x.ToString("D"))];
                await scripts.RunAsync(StockScripts.MarkPublished, [pending], arguments, CancellationToken.None).ConfigureAwait(false);
            }

            foreach (var mark in marks)
                mark.Done.SetResult();
        }
        catch (Exception exception)
        {
            foreach (var mark in marks)
                mark.Done.SetException(exception);
        }
    }

    sealed record Mark(long ActivityId, IReadOnlyCollection<Guid> OrderIds, TaskCompletionSource Done);
}
