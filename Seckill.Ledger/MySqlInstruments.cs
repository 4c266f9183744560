using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Seckill.Ledger;

/// <summary>What connections to MySQL measure. The group commits of the hot path call it for each batch and not for each order.</summary>
public static class MySqlInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.MySql";

    /// <summary>Histogram in seconds: calls of MySQL, by <see cref="CallTag"/> and <see cref="OutcomeTag"/>.</summary>
    public const string CallDuration = "seckill.mysql.call.duration";

    /// <summary>Histogram in seconds: how long a caller had a connection of the pool.</summary>
    public const string ConnectionUse = "seckill.mysql.connection.use";

    /// <summary>Histogram in seconds: how long a caller waited for a connection of the pool.</summary>
    public const string PoolWait = "seckill.mysql.pool.wait";

    /// <summary>Gauge: connections of the pool that callers have.</summary>
    public const string PoolInUse = "seckill.mysql.pool.in_use";

    /// <summary>Gauge: connections that the pool has at most.</summary>
    public const string PoolLimit = "seckill.mysql.pool.limit";

    /// <summary>Tag: <c>open</c> (a connection), and of group commits <c>write</c>, <c>commit</c>, <c>rollback</c>, <c>read</c>.</summary>
    public const string CallTag = "call";

    /// <summary>Tag: <c>ok</c>, <c>refused</c> (MySQL answered with an error: a duplicate is one, and normal) or <c>lost</c> (it did not answer).</summary>
    public const string OutcomeTag = "outcome";

    static readonly Meter Meter = new(MeterName);
    static readonly Histogram<double> Calls = Meter.CreateHistogram<double>(CallDuration, "s", "Calls of MySQL");
    static readonly Histogram<double> Uses = Meter.CreateHistogram<double>(ConnectionUse, "s", "How long callers had connections of the pool");
    static readonly Histogram<double> Waits = Meter.CreateHistogram<double>(PoolWait, "s", "How long callers waited for connections of the pool");
    static long s_inUse;
    static long s_limit;

    static MySqlInstruments()
    {
        Meter.CreateObservableGauge(PoolInUse, () => Interlocked.Read(ref s_inUse), "{connection}", "Connections of the pool that callers have");
        Meter.CreateObservableGauge(PoolLimit, () => Interlocked.Read(ref s_limit), "{connection}", "Connections that the pool has at most");
    }

    /// <summary>Notes a call that is over.</summary>
    /// <param name="call">Which: <see cref="CallTag"/>.</param>
    /// <param name="began">When, as <see cref="Stopwatch"/> counts.</param>
    /// <param name="failure">Why it failed; null if it did not.</param>
    public static void Called(string call, long began, Exception? failure = null) => Calls.Record(
        Stopwatch.GetElapsedTime(began).TotalSeconds, new(CallTag, call), new KeyValuePair<string, object?>(OutcomeTag, OutcomeOf(failure)));

    internal static void SetPoolLimit(int connections) => Interlocked.Exchange(ref s_limit, connections);

    internal static void Taken(long asked)
    {
        Interlocked.Increment(ref s_inUse);
        Waits.Record(Stopwatch.GetElapsedTime(asked).TotalSeconds);
    }

    internal static void GivenBack(long taken)
    {
        Interlocked.Decrement(ref s_inUse);
        Uses.Record(Stopwatch.GetElapsedTime(taken).TotalSeconds);
    }

    static string OutcomeOf(Exception? failure) => failure switch
    {
        null => "ok",
        _ when MySqlFaults.IsRefusal(failure) => "refused",
        _ => "lost",
    };
}
