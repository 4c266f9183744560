using System.Collections.Concurrent;

namespace Seckill.Admission.Stock;

/// <summary>Activities whose stock somebody missed, for the keeper of this process: it may not watch them any more.</summary>
sealed class StockDemand
{
    readonly ConcurrentDictionary<long, bool> _missed = new();

    public void Ask(long activityId) => _missed[activityId] = true;

    public IReadOnlyList<long> Take() => _missed.Keys.Where(x => _missed.TryRemove(x, out _)).ToList();
}
