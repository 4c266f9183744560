namespace Seckill.Contracts;

/// <summary>How compensation retries. Can be changed while the system runs; all workers follow within seconds.</summary>
public sealed record CompensationSettings
{
    /// <summary>The most attempts that can be asked for.</summary>
    public const int MostRetries = 20;

    /// <summary>The longest delay, in seconds: a day.</summary>
    public const int LongestDelaySeconds = 86_400;

    /// <summary>Attempts before an order goes to the dead-letter topic, 0 to 20.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Seconds before each attempt, 1 to 86,400; the last stands for all that follow.</summary>
    public IReadOnlyList<int> RetryDelaySeconds { get; init; } = [10, 30, 60];

    /// <summary>Attempts of the dead-letter consumer before an order goes to the archive, 0 to 20.</summary>
    public int DeadLetterMaxRetries { get; init; } = 2;

    /// <summary>Seconds before each attempt of the dead-letter consumer, 0 to 86,400.</summary>
    public int DeadLetterDelaySeconds { get; init; } = 5;

    /// <summary>Whether delays stretch while most attempts of the last minutes failed.</summary>
    public bool Adaptive { get; init; } = true;

    /// <summary>How far delays stretch at most, 1 to 10.</summary>
    public double AdaptiveMaxFactor { get; init; } = 4;

    /// <summary>Attempts a second, over all orders, that a backlog is worked off with, 1 to 10,000.</summary>
    public int MaxPerSecond { get; init; } = 200;

    /// <summary>What is wrong with these settings: the field's name in JSON and what is allowed. Empty when they are valid.</summary>
    public IReadOnlyList<(string Field, string Message)> Validate()
    {
        var failures = new List<(string, string)>();
        Check(MaxRetries is >= 0 and <= MostRetries, "maxRetries", $"must be from 0 to {MostRetries} attempts");
        Check(
            RetryDelaySeconds is { Count: >= 1 and <= MostRetries } && RetryDelaySeconds.All(x => x is >= 1 and <= LongestDelaySeconds),
            "retryDelaySeconds", $"must be 1 to {MostRetries} delays, each from 1 to {LongestDelaySeconds} seconds");
        Check(DeadLetterMaxRetries is >= 0 and <= MostRetries, "deadLetterMaxRetries", $"must be from 0 to {MostRetries} attempts");
        Check(DeadLetterDelaySeconds is >= 0 and <= LongestDelaySeconds, "deadLetterDelaySeconds", $"must be from 0 to {LongestDelaySeconds} seconds");
        Check(AdaptiveMaxFactor is >= 1 and <= 10, "adaptiveMaxFactor", "must be from 1 to 10");
        Check(MaxPerSecond is >= 1 and <= 10_000, "maxPerSecond", "must be from 1 to 10000 attempts a second");
        return failures;

        void Check(bool isValid, string field, string message)
        {
            if (!isValid)
                failures.Add((field, message));
        }
    }

    /// <summary>The delay before an attempt, not stretched.</summary>
    /// <param name="attempt">Which, from 1.</param>
    public TimeSpan DelayBefore(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        return TimeSpan.FromSeconds(RetryDelaySeconds[Math.Min(attempt, RetryDelaySeconds.Count) - 1]);
    }
}
