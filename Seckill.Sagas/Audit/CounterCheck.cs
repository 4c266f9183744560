using System.Globalization;

namespace Seckill.Sagas.Audit;

/// <summary>
/// A counter beside the sum it should equal. Orders on their way leave the sum uncertain by their units, so the drift (counter less sum)
/// is an interval. Damage stays while orders move on: over several looks the intervals of a sound counter keep 0 in common.
/// </summary>
sealed record CounterCheck(string Kind, long SkuId, string What, string Meaning, long Actual, long ExpectedLow, long ExpectedHigh)
{
    public required long DriftLow { get; init; }

    public required long DriftHigh { get; init; }

    /// <summary>There is no way to explain the counter by orders on their way.</summary>
    public bool IsOff => DriftLow > 0 || DriftHigh < 0;

    public string Expected => ExpectedLow == ExpectedHigh
        ? ExpectedLow.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{ExpectedLow} to {ExpectedHigh}");

    /// <summary>This check with the drift that both allow; where they have nothing in common the latest says what is.</summary>
    public CounterCheck NarrowedBy(CounterCheck earlier)
    {
        var low = Math.Max(DriftLow, earlier.DriftLow);
        var high = Math.Min(DriftHigh, earlier.DriftHigh);
        if (low <= high)
            return this with { DriftLow = low, DriftHigh = high };

        // Off both times, by different amounts, is off; off once is a passing state of the stores.
        return IsOff && earlier.IsOff ? this : this with { DriftLow = 0, DriftHigh = 0 };
    }

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{What} {Actual}");
}
