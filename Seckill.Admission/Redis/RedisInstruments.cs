using System.Diagnostics;
using System.Diagnostics.Metrics;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>
/// What the scripts measure. A call may run its script for many orders, so on the hot path this costs once for each group and not for each order.
/// </summary>
public static class RedisInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Redis";

    /// <summary>Histogram in seconds: calls of scripts, by <see cref="ScriptTag"/> and <see cref="OutcomeTag"/>.</summary>
    public const string CallDuration = "seckill.redis.call.duration";

    /// <summary>Histogram: orders that one call ran its script for, by <see cref="ScriptTag"/>.</summary>
    public const string CallSize = "seckill.redis.call.size";

    /// <summary>Tag: the script's name.</summary>
    public const string ScriptTag = "script";

    /// <summary>Tag: <c>ok</c>, <c>refused</c> (Redis answered with an error), <c>timeout</c> or <c>unreachable</c>.</summary>
    public const string OutcomeTag = "outcome";

    static readonly Meter Meter = new(MeterName);
    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(CallDuration, "s", "Calls of scripts in Redis");
    static readonly Histogram<int> Size = Meter.CreateHistogram<int>(CallSize, "{order}", "Orders that one call of a script was for");

    internal static void Called(string script, long began, Exception? failure) => Duration.Record(
        Stopwatch.GetElapsedTime(began).TotalSeconds, new(ScriptTag, script), new KeyValuePair<string, object?>(OutcomeTag, OutcomeOf(failure)));

    internal static void Grouped(string script, int calls) => Size.Record(calls, new KeyValuePair<string, object?>(ScriptTag, script));

    static string OutcomeOf(Exception? failure) => failure switch
    {
        null => "ok",
        RedisServerException => "refused",
        TimeoutException => "timeout",
        _ => "unreachable",
    };
}
