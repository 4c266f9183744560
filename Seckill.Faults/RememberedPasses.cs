namespace Seckill.Faults;

/// <summary>
/// Passes of this process, in memory: of so many orders as were met last; one that was forgotten begins again. An order that goes from worker to worker
/// meets a count in each.
/// </summary>
sealed class RememberedPasses(int capacity = RememberedPasses.DefaultCapacity) : IOrderPasses
{
    const int DefaultCapacity = 10_000;

    readonly Lock _gate = new();
    readonly Dictionary<(string Point, Guid OrderId), long> _passes = [];
    readonly Queue<(string Point, Guid OrderId)> _oldestFirst = new();

    /// <summary>How many counts are kept.</summary>
    public int Kept
    {
        get
        {
            lock (_gate)
                return _passes.Count;
        }
    }

    /// <inheritdoc/>
    public long Count(string point, Guid orderId)
    {
        lock (_gate)
        {
            if (_passes.TryGetValue((point, orderId), out var passes))
                return _passes[(point, orderId)] = passes + 1;

            if (_passes.Count == capacity)
                _passes.Remove(_oldestFirst.Dequeue());
            _oldestFirst.Enqueue((point, orderId));
            _passes.Add((point, orderId), 1);
            return 1;
        }
    }
}
