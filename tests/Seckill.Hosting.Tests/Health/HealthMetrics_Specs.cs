using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Seckill.Hosting.Health;
using Seckill.Hosting.Telemetry;
using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Health;

public sealed class HealthMetrics_Specs : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly ManualTime _time = new();
    readonly HealthMetrics _metrics;
    readonly Measurements _measurements;

    public HealthMetrics_Specs()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new HealthMetrics(meters, _time);
        _measurements = new Measurements(TelemetryNames.Health, meters);
    }

    public void Dispose()
    {
        _measurements.Dispose();
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Should_say_of_each_check_and_of_all_how_they_are()
    {
        Values().ShouldBeEmpty("nothing is known before the first round");

        await PublishAsync(("mysql", HealthStatus.Healthy), ("kafka", HealthStatus.Degraded));
        Values().ShouldBe([" 0.5", "check=mysql 1", "check=kafka 0.5"]);

        await PublishAsync(("mysql", HealthStatus.Unhealthy), ("kafka", HealthStatus.Healthy));
        Values().ShouldBe([" 0", "check=mysql 0", "check=kafka 1"]);
    }

    [Fact]
    public async Task Should_not_be_ready_when_the_checks_do_not_end()
    {
        await PublishAsync(("mysql", HealthStatus.Healthy));
        _time.Seconds = (long)HealthMetrics.Validity.TotalSeconds;
        Values()[0].ShouldBe(" 1");

        _time.Seconds++;

        Values()[0].ShouldBe(" 0");
    }

    [Fact]
    public async Task Should_be_asked_for_by_the_host()
    {
        await using var host = await Telemetry.MetricsHost.StartAsync();

        var text = "";
        await Eventually.HoldsAsync(
            async () => (text = (await host.ScrapeAsync()).Text).Split('\n').Any(x => x.StartsWith("seckill_health_ready", StringComparison.Ordinal) && x.EndsWith(" 1", StringComparison.Ordinal)),
            () => "it is ready: " + text);
    }

    [Fact]
    public void Should_be_documented() => PublishedInstruments.Undocumented(TelemetryNames.Health).ShouldBeEmpty("docs/metrics.md has every instrument");

    List<string> Values() => _measurements.Take().Select(x => $"{x.Tags} {x.Value}").ToList();

    Task PublishAsync(params (string Name, HealthStatus Status)[] checks) => _metrics.PublishAsync(
        new HealthReport(checks.ToDictionary(x => x.Name, x => new HealthReportEntry(x.Status, null, TimeSpan.Zero, null, null)), TimeSpan.Zero), default);

    sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
