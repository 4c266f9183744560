using System.Collections.Frozen;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// A unit of OpenTelemetry (UCUM) as Prometheus writes it: a word at the end of the name, and always the base unit, so what is measured
/// in milliseconds comes out in seconds.
/// </summary>
/// <param name="Word">The word; empty for none.</param>
/// <param name="Multiplier">What a value is multiplied with …</param>
/// <param name="Divisor">… and divided by: two numbers, because a thousandth has no exact double.</param>
readonly record struct PrometheusUnit(string Word, double Multiplier = 1, double Divisor = 1)
{
    static readonly FrozenDictionary<string, PrometheusUnit> Known = new Dictionary<string, PrometheusUnit>
    {
        ["s"] = new("seconds"),
        ["ms"] = new("seconds", Divisor: 1e3),
        ["us"] = new("seconds", Divisor: 1e6),
        ["ns"] = new("seconds", Divisor: 1e9),
        ["min"] = new("seconds", 60),
        ["h"] = new("seconds", 3600),
        ["d"] = new("seconds", 86_400),
        ["By"] = new("bytes"),
        ["KiBy"] = new("bytes", 1024),
        ["MiBy"] = new("bytes", 1024 * 1024),
        ["GiBy"] = new("bytes", 1024 * 1024 * 1024),
        ["kBy"] = new("bytes", 1e3),
        ["MBy"] = new("bytes", 1e6),
        ["GBy"] = new("bytes", 1e9),
        ["bit"] = new("bits"),
        ["m"] = new("meters"),
        ["g"] = new("grams"),
        ["J"] = new("joules"),
        ["W"] = new("watts"),
        ["V"] = new("volts"),
        ["A"] = new("amperes"),
        ["Cel"] = new("celsius"),
        ["Hz"] = new("hertz"),
        ["%"] = new("ratio", Divisor: 100),
        // MassTransit's word for each.
        ["ea"] = new(""),
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, string> Per = new Dictionary<string, string>
    {
        ["s"] = "second",
        ["min"] = "minute",
        ["m"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    }.ToFrozenDictionary();

    /// <summary>The unit of an instrument.</summary>
    /// <param name="unit">As the instrument has it: <c>ms</c>, <c>By/s</c>, <c>{order}</c>.</param>
    /// <param name="isGauge">Whether a plain number is a ratio: that it is only of a gauge.</param>
    public static PrometheusUnit Of(string unit, bool isGauge)
    {
        var plain = WithoutAnnotations(unit);
        if (plain == "1")
            return new PrometheusUnit(isGauge ? "ratio" : "");

        var slash = plain.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return OfWord(plain);

        var counted = OfWord(plain[..slash]);
        var per = plain[(slash + 1)..];
        if (per.Length == 0)
            return counted;

        var word = "per_" + Per.GetValueOrDefault(per, PrometheusName.Sanitize(per));
        return counted with { Word = counted.Word.Length == 0 ? word : counted.Word + "_" + word };
    }

    /// <summary>A value in the base unit.</summary>
    public double Convert(double value) => value * Multiplier / Divisor;

    static PrometheusUnit OfWord(string unit)
        => unit.Length == 0 ? new PrometheusUnit("") : Known.TryGetValue(unit, out var known) ? known : new PrometheusUnit(PrometheusName.Sanitize(unit));

    /// <summary><c>{order}</c> says what is counted, for people.</summary>
    static string WithoutAnnotations(string unit)
    {
        while (unit.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = unit.IndexOf('}', open);
            unit = close < 0 ? unit[..open] : unit.Remove(open, close - open + 1);
        }

        return unit.Trim();
    }
}
