using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Seckill.Sagas;

/// <summary>
/// A counter whose series are there from the start, at 0. Prometheus sees no increase in a series' first value: a counter that begins with its first
/// event would keep just that event from every alert rule. It also bounds the series: a word that is not known counts as the last of those that are.
/// </summary>
sealed class KnownCounter
{
    readonly FrozenDictionary<string, StrongBox<long>> _counts;
    readonly StrongBox<long> _last;

    /// <summary>Creates the instrument.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Its unit; null for none.</param>
    /// <param name="description">What it counts.</param>
    /// <param name="tag">The tag that tells its series apart.</param>
    /// <param name="words">The tag's values.</param>
    public KnownCounter(Meter meter, string name, string? unit, string description, string tag, params IReadOnlyList<string> words)
    {
        _counts = words.ToFrozenDictionary(x => x, _ => new StrongBox<long>());
        _last = _counts[words[^1]];
        meter.CreateObservableCounter(
            name, () => _counts.Select(x => new Measurement<long>(Volatile.Read(ref x.Value.Value), KeyValuePair.Create<string, object?>(tag, x.Key))), unit, description);
    }

    /// <summary>Counts one.</summary>
    public void Add(string word) => Interlocked.Increment(ref _counts.GetValueOrDefault(word, _last).Value);
}
