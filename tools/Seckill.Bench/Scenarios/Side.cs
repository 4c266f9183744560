using Seckill.Bench.Baselines;

namespace Seckill.Bench.Scenarios;

/// <summary>One of the sides of a comparison, which take turns.</summary>
/// <param name="Scheme">Its name.</param>
/// <param name="ToTry">Orders in flight to choose from.</param>
/// <param name="Description">What it does.</param>
/// <param name="IsPlain">It is one of those that ours is compared with, and has books of its own.</param>
sealed record Side(string Scheme, IReadOnlyList<int> ToTry, string Description, bool IsPlain)
{
    // Rates nearer to each other than this are the same.
    const double SameRate = 0.97;

    /// <summary>The three schemes of the table.</summary>
    public static IReadOnlyList<Side> Schemes { get; } =
    [
        new("local", [4, 8, 16, LocalApi.Connections], "HTTP, one MySQL transaction for each order in one round trip, 200", IsPlain: true),
        new("queue", [16, 32, 64, 128],
            $"HTTP, Kafka, a consumer with the transaction of local, one message of each of {QueueApi.Partitions} partitions at a time, 200 after its commit",
            IsPlain: true),
        new("twoPhase", [128, 256, 512, 1_024, 2_048], "this system: HTTP with Prefer: wait, 200 when the order is confirmed by Redis and MySQL", IsPlain: false),
    ];

    /// <summary>Our scheme as a process that nobody looks at.</summary>
    public static Side WithoutTelemetry { get; } = new(
        "withoutTelemetry", [512], "the two-phase commit with OTEL_SDK_DISABLED: nothing is measured or traced", IsPlain: false);

    /// <summary>Our scheme as it is watched.</summary>
    public static Side WithTelemetry { get; } = new(
        "withTelemetry", [512], "the same with metrics that Prometheus scrapes and a collector is sent every 5 s, and with traces that it is sent, too", IsPlain: false);

    /// <summary>The fewest orders in flight that reach the highest of these rates: more would only wait longer.</summary>
    public static int Choose(IReadOnlyDictionary<int, double> rates)
    {
        ArgumentNullException.ThrowIfNull(rates);
        var best = rates.Values.Max();
        return rates.Where(x => x.Value >= best * SameRate).Min(x => x.Key);
    }
}
