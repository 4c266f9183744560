using Seckill.Operations.Alerts.Channels;

namespace Seckill.Operations.Alerts.Delivery;

/// <summary>How long a channel rests after a failure: doubling, with jitter so that processes do not come back at once.</summary>
static class RetryPause
{
    /// <summary>What a channel may ask for at most; what asks for more is a mistake or an attack.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The rest of a channel that says it was called too often without saying for how long: its window.</summary>
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="result">The failure.</param>
    /// <param name="failures">Failures in a row, this one included.</param>
    /// <param name="options">Shortest and longest pause.</param>
    public static TimeSpan After(DeliveryResult result, int failures, AlertsOptions options)
    {
        if (result.RetryAfter is { } asked)
            return asked < Longest ? asked : Longest;
        if (result.Outcome == DeliveryOutcome.RateLimited)
            return Jitter(Minute);
        if (result.Outcome == DeliveryOutcome.Misconfigured)
            return Jitter(options.RetryMax);
        var doubled = options.RetryBase * Math.Pow(2, Math.Min(failures - 1, 30));
        return Jitter(doubled < options.RetryMax ? doubled : options.RetryMax);
    }

#pragma warning disable CA5394 // Spreads calls; protects nothing.
    static TimeSpan Jitter(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 4));
#pragma warning restore CA5394
}
