using System.Collections.Concurrent;

namespace Seckill.Fuzz.Run;

/// <summary>What a part of the run has done.</summary>
sealed class PartResult(string name)
{
    readonly ConcurrentDictionary<string, long> _outcomes = new();

    /// <summary>The part.</summary>
    public string Name => name;

    /// <summary>How many inputs were tried.</summary>
    public long Inputs { get; set; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; set; }

    /// <summary>What became of the inputs.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => new SortedDictionary<string, long>(_outcomes, StringComparer.Ordinal);

    /// <summary>Counts an outcome.</summary>
    public void Count(string outcome, long count = 1) => _outcomes.AddOrUpdate(outcome, count, (_, before) => before + count);
}
