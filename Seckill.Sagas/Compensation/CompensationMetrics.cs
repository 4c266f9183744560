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

    /// <summary>Tag: one of <see cref="FailureCauses"/>.</summary>
    public const string CauseTag = "cause";

    readonly Meter _meter;
    readonly Counter<long> _attempts;
    readonly Counter<long> _successes;
    readonly Counter<long> _archived;
    readonly Counter<long> _handedOver;
    readonly Counter<long> _deadLettered;
    readonly Histogram<long> _retries;

    /// <summary>Creates the instruments.</summary>
    public CompensationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _attempts = _meter.CreateCounter<long>(Attempts, description: "Attempts to bring a failed order to a consistent end");
        _successes = _meter.CreateCounter<long>(Successes, description: "Attempts that brought a failed order to a consistent end");
        _archived = _meter.CreateCounter<long>(Archived, description: "Orders that were given up and wait for a person");
        _handedOver = _meter.CreateCounter<long>(HandedOver, description: "Orders whose transaction failed and was handed over to compensation");
        _deadLettered = _meter.CreateCounter<long>(DeadLettered, description: "Orders that went to the dead-letter topic");
        _retries = _meter.CreateHistogram(
            Retries, description: "Failed attempts of orders whose compensation is over",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 10, 20] });
    }

    /// <summary>An attempt was made.</summary>
    public void Attempted(string stage, bool succeeded)
    {
        var tag = KeyValuePair.Create<string, object?>(StageTag, stage);
        _attempts.Add(1, tag);
        if (succeeded)
            _successes.Add(1, tag);
    }

    /// <summary>An order was handed over.</summary>
    public void AddHandedOver(string cause) => _handedOver.Add(1, KeyValuePair.Create<string, object?>(CauseTag, cause));

    /// <summary>An order went to the dead-letter topic.</summary>
    public void AddDeadLettered() => _deadLettered.Add(1);

    /// <summary>An order was given up.</summary>
    public void AddArchived(string cause) => _archived.Add(1, KeyValuePair.Create<string, object?>(CauseTag, cause));

    /// <summary>Compensation of an order is over.</summary>
    public void AddRetries(int attempts) => _retries.Record(attempts);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
