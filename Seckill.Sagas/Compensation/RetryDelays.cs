using Seckill.Contracts;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// When an attempt is made. In adaptive mode delays stretch with the share of attempts that failed lately in this process, and are spread, so that a
/// server that recovers is not stampeded (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
/// </summary>
public sealed class RetryDelays(CurrentSettings settings, TimeProvider time)
{
    /// <summary>Attempts that are looked back upon.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    // Of fewer attempts nothing can be said.
    const int FewestAttempts = 10;
    const double HealthyFailureRate = 0.5;
    const double Jitter = 0.2;

    readonly Lock _gate = new();
    readonly Queue<(DateTimeOffset At, bool Failed)> _attempts = new();
    int _failed;

    /// <summary>An attempt ended.</summary>
    public void Note(bool failed)
    {
        lock (_gate)
        {
            _attempts.Enqueue((time.GetUtcNow(), failed));
            _failed += failed ? 1 : 0;
            Forget();
        }
    }

    /// <summary>How far delays are stretched now: 1, up to <see cref="CompensationSettings.AdaptiveMaxFactor"/> when everything fails.</summary>
    public double Factor
    {
        get
        {
            var current = settings.Value;
            if (!current.Adaptive)
                return 1;

            lock (_gate)
            {
                Forget();
                if (_attempts.Count < FewestAttempts)
                    return 1;

                var excess = Math.Max(0, ((double)_failed / _attempts.Count) - HealthyFailureRate) / (1 - HealthyFailureRate);
                return 1 + (excess * (current.AdaptiveMaxFactor - 1));
            }
        }
    }

    /// <summary>When an attempt is due that is planned now; null when there is none left.</summary>
    /// <param name="attempt">Which, from 1.</param>
    public DateTimeOffset? DueAt(int attempt)
    {
        var current = settings.Value;
        return attempt > current.MaxRetries ? null : time.GetUtcNow() + Stretch(current.DelayBefore(attempt));
    }

    /// <summary>When an attempt of the dead-letter consumer is due; null when there is none left.</summary>
    /// <inheritdoc cref="DueAt" path="/param"/>
    public DateTimeOffset? DeadLetterDueAt(int attempt)
    {
        var current = settings.Value;
        return attempt > current.DeadLetterMaxRetries ? null : time.GetUtcNow() + Stretch(TimeSpan.FromSeconds(current.DeadLetterDelaySeconds));
    }

    /// <summary>
    /// How long the dead-letter consumer waits for an attempt that is due then. Who planned it has another clock, or had: where this one is behind, the wait is as long as the delay
    /// can be and no longer.
    /// </summary>
    public TimeSpan DeadLetterWait(DateTimeOffset due)
    {
        var current = settings.Value;
        var delay = TimeSpan.FromSeconds(current.DeadLetterDelaySeconds);
        var longest = current.Adaptive ? Stretch(delay, current.AdaptiveMaxFactor, 1) : delay;
        var left = due - time.GetUtcNow();
        return left < longest ? left : longest;
    }

    TimeSpan Stretch(TimeSpan delay)
        => settings.Value.Adaptive ? Stretch(delay, Factor, Factor > 1 ? Random.Shared.NextDouble() : 0) : delay;

    /// <summary>Never shorter than asked for.</summary>
    static TimeSpan Stretch(TimeSpan delay, double factor, double chance) => delay * factor * (1 + (Jitter * chance));

    void Forget()
    {
        var since = time.GetUtcNow() - Window;
        while (_attempts.TryPeek(out var oldest) && oldest.At < since)
        {
            _failed -= oldest.Failed ? 1 : 0;
            _attempts.Dequeue();
        }
    }
}
