using System.Collections.Frozen;
using System.Text;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>What a family is in Prometheus.</summary>
enum FamilyType
{
    /// <summary>Only goes up.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by bucket.</summary>
    Histogram,
}

/// <summary>
/// The name of an instrument in Prometheus, by the mapping of the OpenTelemetry specification ("Prometheus and OpenMetrics
/// Compatibility") and the naming rules that <c>promtool check metrics</c> knows. A name that keeps to them already stays as it is.
/// </summary>
/// <param name="Family">The family's name; a counter's without <c>_total</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Unit">Its unit, with which the name ends if there is one.</param>
readonly record struct PrometheusName(string Family, FamilyType Type, PrometheusUnit Unit)
{
    const string CounterSuffix = "_total";

    /// <summary>Endings that mean something to Prometheus, of samples that a plain gauge does not have.</summary>
    static readonly string[] ReservedSuffixes = [CounterSuffix, "_count", "_sum", "_bucket", "_created"];

    /// <summary>The runtime's gauges that end in a reserved suffix.</summary>
    static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["db_client_connection_count"] = "db_client_connections",
        ["dotnet_assembly_count"] = "dotnet_assemblies",
        ["dotnet_process_cpu_count"] = "dotnet_process_cpus",
        ["dotnet_thread_pool_thread_count"] = "dotnet_thread_pool_threads",
        ["dotnet_timer_count"] = "dotnet_timers",
    }.ToFrozenDictionary();

    /// <summary>The name of the family's samples, but for the endings of a histogram.</summary>
    public string Sample => Type == FamilyType.Counter ? Family + CounterSuffix : Family;

    /// <summary>Names an instrument.</summary>
    /// <param name="instrument">Its name.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="type">What it becomes.</param>
    /// <param name="isUpDownCounter">Whether it is a gauge for Prometheus only.</param>
    public static PrometheusName Of(string instrument, string unit, FamilyType type, bool isUpDownCounter = false)
    {
        var family = Sanitize(instrument);
        if (type == FamilyType.Counter && family.EndsWith(CounterSuffix, StringComparison.Ordinal))
            family = family[..^CounterSuffix.Length];

        var measured = PrometheusUnit.Of(unit, type == FamilyType.Gauge && !isUpDownCounter);
        if (measured.Word.Length > 0 && family != measured.Word && !family.EndsWith("_" + measured.Word, StringComparison.Ordinal))
            family += "_" + measured.Word;

        if (type == FamilyType.Gauge)
        {
            if (Renamed.TryGetValue(family, out var renamed))
                family = renamed;
            else if (Array.Exists(ReservedSuffixes, x => family.EndsWith(x, StringComparison.Ordinal)))
                family += "_current";
        }

        return new PrometheusName(family, type, measured);
    }

    /// <summary>Letters, digits and single underscores, and no digit first.</summary>
    public static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiDigit(c) && text.Length == 0)
                text.Append('_').Append(c);
            else if (char.IsAsciiLetterOrDigit(c))
                text.Append(c);
            else if (text.Length == 0 || text[^1] != '_')
                text.Append('_');
        }

        return text.Length == 0 ? "_" : text.ToString();
    }
}
