using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Survey;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests.Survey;

[Collection(LedgerTests.Name)]
public sealed class SurveyMetrics_Specs : IDisposable
{
    static readonly TimeSpan Validity = TimeSpan.FromSeconds(15);

    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly ManualTime _time = new();
    readonly SurveyMetrics _metrics;
    readonly Measurements _measurements;

    public SurveyMetrics_Specs()
    {
        _metrics = new SurveyMetrics(_services.GetRequiredService<IMeterFactory>(), _time);
        _measurements = new Measurements(SurveyMetrics.MeterName);
    }

    public void Dispose()
    {
        _measurements.Dispose();
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Should_say_nothing_before_a_look_and_when_the_last_one_is_too_old()
    {
        Units().ShouldBeEmpty();

        _metrics.Note(Look(activity: 1, skus: 1), Validity);
        Units().Select(x => $"{x.Tags}: {x.Value}").ShouldBe(
            ["activity=1 sku=0 state=available: 5", "activity=1 sku=0 state=reserved: 2", "activity=1 sku=0 state=sold: 3"]);
        _time.Seconds = 15;
        Units().Count.ShouldBe(3);
        _time.Seconds = 16;

        _measurements.Take().ShouldBeEmpty("nobody knows");
    }

    [Fact]
    public void Should_have_series_for_a_hundred_skus_and_one_for_all_others()
    {
        _metrics.Note(Look(activity: 1, skus: 5000), Validity);

        var units = Units();

        units.Count.ShouldBe(3 * (SurveyMetrics.MaximumSkus + 1));
        units.Where(x => x.Tags.EndsWith("state=sold", StringComparison.Ordinal)).Sum(x => x.Value).ShouldBe(3 * 5000);
        units.Single(x => x.Tags == "activity=others sku=others state=available").Value.ShouldBe(5 * 4900);
    }

    [Fact]
    public void Should_never_use_up_the_places_that_the_SDK_has_for_series_however_many_sales_there_are()
    {
        var series = new HashSet<(Instrument, string)>();
        for (var activity = 1; activity <= 50; activity++)
        {
            _metrics.Note(Look(activity, skus: 90), Validity);
            var units = Units();
            units.Count.ShouldBe(270, "those of the last look and no others");
            series.UnionWith(units.Select(x => (x.Instrument, x.Tags)));
        }

        // MetricViews.CardinalityLimit.
        series.CountBy(x => x.Item1).Max(x => x.Value).ShouldBeLessThan(1000);
        series.Count.ShouldBe(50 * 270);
    }

    List<Measured> Units() => _measurements.Take().Where(x => x.Name == SurveyMetrics.Units && x.Instrument.Meter.Scope is null).ToList();

    static SurveyLook Look(int activity, int skus)
        => new([.. Enumerable.Range(0, skus).Select(x => new SkuCount($"{activity}", $"{x}", 5, 2, 3))], 7, TimeSpan.FromSeconds(4));

    sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
