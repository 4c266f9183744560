using System.Diagnostics.Metrics;

namespace Seckill.Admission.Survey;

/// <summary>
/// What the last look at the stock Redis found. Every worker looks for itself, so the largest of their values is the number. A look that is too old says
/// nothing any more. No tag holds the id of an order or a buyer.
/// </summary>
public sealed class SurveyMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Stock";

    /// <summary>Gauge: units in Redis, by <see cref="ActivityTag"/>, <see cref="SkuTag"/> and <see cref="StateTag"/>.</summary>
    public const string Units = "seckill.stock.units";

    /// <summary>Gauge: orders that were admitted and are neither committed nor released: the write-ahead entries.</summary>
    public const string Entries = "seckill.write_ahead.entries";

    /// <summary>Gauge in seconds: how long the order of the oldest entry has waited. An alert fires above 300.</summary>
    public const string OldestAge = "seckill.write_ahead.oldest.age";

    /// <summary>Tag: the activity's id, or <see cref="Others"/>.</summary>
    public const string ActivityTag = "activity";

    /// <summary>Tag: the SKU's id, or <see cref="Others"/>.</summary>
    public const string SkuTag = "sku";

    /// <summary>Tag: <c>available</c>, <c>reserved</c> or <c>sold</c>.</summary>
    public const string StateTag = "state";

    /// <summary>Stands for all SKUs beyond the newest <see cref="MaximumSkus"/>.</summary>
    public const string Others = "others";

    /// <summary>SKUs that have series of their own.</summary>
    public const int MaximumSkus = 100;

    /// <summary>
    /// The SDK keeps a place for every series that an instrument ever had, up to its limit of 1000. Before that is reached the instrument is replaced by a
    /// new one, which has all its places.
    /// </summary>
    const int SkusOfOneInstrument = 250;

    static readonly (string State, Func<SkuCount, long> Count)[] States =
        [("available", x => x.Available), ("reserved", x => x.Reserved), ("sold", x => x.Sold)];

    readonly Lock _gate = new();
    readonly Meter _meter;
    readonly TimeProvider _time;
    readonly HashSet<(string, string)> _named = [];
    Meter _stockMeter = null!;
    SurveyLook? _last;
    long _at;
    TimeSpan _validity;

    /// <summary>Creates the instruments.</summary>
    public SurveyMetrics(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _time = time;
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge(
            Entries, () => Current() is { } x ? [new Measurement<long>(x.Entries)] : Array.Empty<Measurement<long>>(), "{order}",
            "Orders that were admitted and are not decided: write-ahead entries");
        _meter.CreateObservableGauge(
            OldestAge, () => Current() is { } x ? [new Measurement<double>(x.OldestAge.TotalSeconds)] : Array.Empty<Measurement<double>>(), "s",
            "How long the order of the oldest write-ahead entry has waited");
        CreateStockGauge();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _stockMeter.Dispose();
    }

    /// <summary>Notes what a look found.</summary>
    /// <param name="look">What it found.</param>
    /// <param name="validity">After so long without another look the numbers are not reported any more.</param>
    internal void Note(SurveyLook look, TimeSpan validity)
    {
        var bounded = look with { Skus = Bounded(look.Skus) };
        lock (_gate)
        {
            (_last, _at, _validity) = (bounded, _time.GetTimestamp(), validity);
            _named.UnionWith(bounded.Skus.Select(x => (x.Activity, x.Sku)));
            if (_named.Count <= SkusOfOneInstrument)
                return;

            _named.Clear();
            _named.UnionWith(bounded.Skus.Select(x => (x.Activity, x.Sku)));
        }

        _stockMeter.Dispose();
        CreateStockGauge();
    }

    void CreateStockGauge()
    {
        // Not of the factory, whose meters live as long as it does.
        _stockMeter = new Meter(MeterName);
        _stockMeter.CreateObservableGauge(Units, Measure, "{unit}", "Units of stock in Redis");
    }

    IEnumerable<Measurement<long>> Measure()
        => Current()?.Skus.SelectMany(
            _ => States, (sku, state) => new Measurement<long>(state.Count(sku), new(ActivityTag, sku.Activity), new(SkuTag, sku.Sku), new(StateTag, state.State)))
            ?? [];

    SurveyLook? Current()
    {
        lock (_gate)
            return _last is not null && _time.GetElapsedTime(_at) <= _validity ? _last : null;
    }

    static List<SkuCount> Bounded(IReadOnlyList<SkuCount> skus)
    {
        var named = skus.Take(MaximumSkus).ToList();
        var rest = skus.Skip(MaximumSkus).ToList();
        if (rest.Count > 0)
            named.Add(new SkuCount(Others, Others, rest.Sum(x => x.Available), rest.Sum(x => x.Reserved), rest.Sum(x => x.Sold)));
        return named;
    }
}

/// <summary>What a look found.</summary>
/// <param name="Skus">The stock, newest activities first.</param>
/// <param name="Entries">Write-ahead entries of all activities.</param>
/// <param name="OldestAge">How long the oldest of them has waited; zero when there is none.</param>
sealed record SurveyLook(IReadOnlyList<SkuCount> Skus, long Entries, TimeSpan OldestAge);

/// <summary>Units of a SKU.</summary>
sealed record SkuCount(string Activity, string Sku, long Available, long Reserved, long Sold);
