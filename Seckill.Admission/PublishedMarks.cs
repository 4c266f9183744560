using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.Admission;

/// <summary>Tells Redis which entries were published, many with one call.</summary>
sealed class PublishedMarks
{
    const int MaximumPerCall = 1000;

    readonly StockScripts _scripts;
    readonly int _repeatMilliseconds;
    readonly GroupedCalls<long, IReadOnlyCollection<Guid>, bool> _calls;

    public PublishedMarks(StockScripts scripts, IOptions<AdmissionOptions> options, TimeProvider time)
    {
        _scripts = scripts;
        _repeatMilliseconds = options.Value.RelayRepeatSeconds * 1000;
        _calls = new(SendAsync, MaximumPerCall, options.Value.RedisTimeout, time);
    }

    /// <summary>Completes when Redis has it.</summary>
    public Task AddAsync(long activityId, IReadOnlyCollection<Guid> orderIds) => _calls.AskAsync(activityId, orderIds);

    async Task<IReadOnlyList<bool>> SendAsync(long activityId, IReadOnlyList<IReadOnlyCollection<Guid>> marks)
    {
        var pending = new StockKeys(activityId).Pending;
        foreach (var ids in marks.SelectMany(x => x).Chunk(MaximumPerCall))
        {
            RedisValue[] arguments = [_repeatMilliseconds, .. ids.Select(x => (RedisValue)x.ToString("D"))];
            await _scripts.RunAsync(StockScripts.MarkPublished, [pending], arguments, CancellationToken.None).ConfigureAwait(false);
        }

        return new bool[marks.Count];
    }
}
