using System.Diagnostics.Metrics;

namespace Seckill.Sagas.Compensation;

/// <summary>What compensation measures, with the names that dashboards and alert rules use. No tag holds an order's id.</summary>
public sealed class CompensationMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Compensation";

    /// <summary>Counter: attempts made, by <see cref="StageTag"/>.</summary>
    public const string Attempts = "compensation_attempt_total";

    /// <summary>Counter: attempts that brought an order to a consistent end, by <see cref="StageTag"/>.</summary>
    public const string Successes = "compensation_success_total";

    /// <summary>Counter: orders that were given up and are in the archive, by <see cref="CauseTag"/>.</summary>
    public const string Archived = "failed_order_archived_total";

    /// <summary>Counter: orders that were handed over to compensation, by <see cref="CauseTag"/>.</summary>
    public const string HandedOver = "compensation_handed_over_total";

    /// <summary>Counter: orders that used up their attempts and went to the dead-letter topic.</summary>
    public const string DeadLettered = "compensation_dead_lettered_total";

    /// <summary>Histogram: failed attempts of orders whose compensation is over.</summary>
    public const string Retries = "compensation_retries";

    /// <summary>Tag: <c>compensation</c>, <c>dead_letter</c> or <c>reprocess</c>.</summary>
    public const string StageTag = "stage";

    /// <summary>Tag: one of <see cref="FailureCauses.All"/>.</summary>
    public const string CauseTag = "cause";

    static readonly string[] Stages = ["dead_letter", "reprocess", "compensation"];

    readonly Meter _meter;
    readonly KnownCounter _attempts;
    readonly KnownCounter _successes;
    readonly KnownCounter _archived;
    readonly KnownCounter _handedOver;
    readonly Counter<long> _deadLettered;
    readonly Histogram<long> _retries;

    /// <summary>Creates the instruments.</summary>
    public CompensationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _attempts = new(_meter, Attempts, null, "Attempts to bring a failed order to a consistent end", StageTag, Stages);
        _successes = new(_meter, Successes, null, "Attempts that brought a failed order to a consistent end", StageTag, Stages);
        _archived = new(_meter, Archived, null, "Orders that were given up and wait for a person", CauseTag, FailureCauses.All);
        _handedOver = new(_meter, HandedOver, null, "Orders whose transaction failed and was handed over to compensation", CauseTag, FailureCauses.All);
        _deadLettered = _meter.CreateCounter<long>(DeadLettered, description: "Orders that went to the dead-letter topic");
        _retries = _meter.CreateHistogram(
            Retries, description: "Failed attempts of orders whose compensation is over",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 10, 20] });
    }

    /// <summary>An attempt was made.</summary>
    public void Attempted(string stage, bool succeeded)
    {
        _attempts.Add(stage);
        if (succeeded)
            _successes.Add(stage);
    }

    /// <summary>An order was handed over.</summary>
    public void AddHandedOver(string cause) => _handedOver.Add(cause);

    /// <summary>An order went to the dead-letter topic.</summary>
    public void AddDeadLettered() => _deadLettered.Add(1);

    /// <summary>An order was given up.</summary>
    public void AddArchived(string cause) => _archived.Add(cause);

    /// <summary>Compensation of an order is over.</summary>
    public void AddRetries(int attempts) => _retries.Record(attempts);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
