using System.Threading.Channels;

using Seckill.Operations.Alerts.Spool;

namespace Seckill.Operations.Alerts.Delivery;

/// <summary>What waits for one channel. Urgent before warnings, older before newer, and what failed often behind the rest.</summary>
sealed class ChannelQueue
{
    /// <summary>An alert that failed this often stands behind others, so that one which a channel can't take does not hold up all.</summary>
    const int FailuresBeforeStepBack = 3;

    readonly Lock _gate = new();
    readonly Dictionary<SpoolEntry, int> _failures = [];
    readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Add(SpoolEntry entry)
    {
        lock (_gate)
            _failures.TryAdd(entry, 0);
        _news.Writer.TryWrite(true);
    }

    /// <summary>Ends when something was added since it last ended.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _news.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>All that waits, in the order in which it should go.</summary>
    public IReadOnlyList<SpoolEntry> Ordered()
    {
        lock (_gate)
        {
            foreach (var gone in _failures.Keys.Where(x => x.IsGone).ToList())
                _failures.Remove(gone);
            return _failures
                .OrderBy(x => x.Value / FailuresBeforeStepBack)
                .ThenByDescending(x => x.Key.Alert.Severity)
                .ThenBy(x => x.Key.Id, StringComparer.Ordinal)
                .Select(x => x.Key)
                .ToList();
        }
    }

    public void NoteFailure(IEnumerable<SpoolEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
                _failures[entry] = _failures.GetValueOrDefault(entry) + 1;
        }
    }

    public void Remove(IEnumerable<SpoolEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
                _failures.Remove(entry);
        }
    }
}
