using System.Globalization;

namespace Seckill.Cli.Dashboards;

/// <summary>Values with Grafana's units, as people read them.</summary>
static class PanelUnit
{
    /// <summary>A value with its unit.</summary>
    public static string Text(double value, string unit) => unit switch
    {
        "percentunit" => Number(value * 100) + " %",
        "ops" => Number(value) + " /s",
        "reqps" => Number(value) + " /s",
        "s" when value == 0 => "0 s",
        "s" when Math.Abs(value) < 0.001 => Number(value * 1e6) + " µs",
        "s" when Math.Abs(value) < 1 => Number(value * 1000) + " ms",
        "s" when Math.Abs(value) < 120 => Number(value) + " s",
        "s" => Number(value / 60) + " min",
        "bytes" when Math.Abs(value) >= 1L << 30 => Number(value / (1L << 30)) + " GiB",
        "bytes" => Number(value / (1L << 20)) + " MiB",
        "short" or "" => Number(value),
        _ => throw new InvalidOperationException($"The unit '{unit}' is not understood"),
    };

    /// <summary>What steps of an axis up to a value are round in: bytes in MiB, times in minutes where there are some.</summary>
    public static double Base(string unit, double most) => unit switch
    {
        "bytes" => 1L << 20,
        "s" when most >= 120 => 60,
        _ => 1,
    };

    static string Number(double value) => Math.Abs(value) switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
