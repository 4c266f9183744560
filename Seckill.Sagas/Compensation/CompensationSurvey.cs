using System.Diagnostics.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Ledger.Compensation;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Counts the orders that are in compensation, as often as <see cref="CompensationSweep"/> looks. Every worker does, so the largest of their values is the
/// number: it is there as long as one of them works. A count that is too old says nothing any more.
/// </summary>
sealed class CompensationSurvey : BackgroundService
{
    /// <summary>Gauge: orders in compensation, by <see cref="StateTag"/>.</summary>
    public const string Orders = "seckill.compensation.orders";

    /// <summary>Tag: one of <see cref="CompensationStatus"/>.</summary>
    public const string StateTag = "state";

    /// <summary>Looks that may be missed before their numbers are taken for old.</summary>
    const int LooksMissed = 3;

    static readonly string[] States =
        [CompensationStatus.Retrying, CompensationStatus.Exhausted, CompensationStatus.DeadLetter, CompensationStatus.Archived];

    readonly CompensationStore _store;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly TimeSpan _interval;
    volatile Look? _last;
    bool _failing;

    public CompensationSurvey(
        CompensationStore store, IMeterFactory meters, IOptions<CompensationOptions> options, TimeProvider time, ILogger<CompensationSurvey> logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        _interval = TimeSpan.FromSeconds(options.Value.SweepSeconds);
        meters.Create(CompensationMetrics.MeterName)
            .CreateObservableGauge(Orders, Measure, "{order}", "Orders that failed and are not at their end");
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="Exception">MySQL did not answer.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
        => _last = new Look(await _store.CountAsync(cancellationToken).ConfigureAwait(false), _time.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, _time);
        do
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
                _failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each outage.
                _logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "Orders in compensation could not be counted; trying again");
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    IEnumerable<Measurement<long>> Measure()
        => _last is { } last && _time.GetElapsedTime(last.At) <= _interval * LooksMissed
            ? States.Select(x => new Measurement<long>(last.Counts.GetValueOrDefault(x), KeyValuePair.Create<string, object?>(StateTag, x)))
            : [];

    sealed record Look(IReadOnlyDictionary<string, long> Counts, long At);
}
