using System.Diagnostics.Metrics;
using System.Text;

using Microsoft.Extensions.Logging.Abstractions;

using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

using Seckill.Hosting.Telemetry;
using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>Meters of a test's own, and what is written of them.</summary>
sealed class Exposition : IDisposable
{
    readonly string _prefix = $"Test.{Guid.NewGuid():N}.";
    readonly List<Meter> _meters = [];
    readonly MeterProvider _provider;

    public Exposition()
    {
        var exporter = new PrometheusExporter(NullLogger<PrometheusExporter>.Instance);
        Scrapes = new MetricsScrapes(exporter);
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("test", serviceVersion: "1.2", serviceInstanceId: "here:1"))
            .AddMeter(_prefix + "*")
            .AddView(MetricViews.Of)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();
        Meter = NewMeter("one");
    }

    public Meter Meter { get; }

    public MetricsScrapes Scrapes { get; }

    public Meter NewMeter(string name, string? version = null)
    {
        var meter = new Meter(_prefix + name, version);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>The whole page.</summary>
    public async Task<string> ReadAsync(MetricsFormat format = MetricsFormat.Text)
    {
        var page = await Scrapes.ScrapeAsync(format);
        var text = Encoding.UTF8.GetString(page.Memory.Span);
        page.IsComplete.ShouldBeTrue();
        Scrapes.Return(page);
        return text;
    }

    /// <summary>The page without what is said of the target, and without the prefix of the test's meters.</summary>
    public async Task<string> ReadFamiliesAsync(MetricsFormat format = MetricsFormat.Text)
    {
        var text = await ReadAsync(format);
        return text[text.IndexOf("# HELP", text.IndexOf("target_info{", StringComparison.Ordinal), StringComparison.Ordinal)..]
            .Replace(_prefix, "", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _meters.ForEach(x => x.Dispose());
        _provider.Dispose();
        Scrapes.Dispose();
    }
}
