using System.Reflection;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

using Seckill.Hosting.Configuration;
using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Telemetry;

/// <summary>
/// Metrics at <c>/metrics</c>, always; traces and metrics to an OpenTelemetry collector when one is configured.
/// </summary>
public static class TelemetryDefaults
{
    const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    internal static void AddSeckillTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        var hasCollector = builder.Configuration.HasCollector();
        builder.Services.AddValidatedOptions<TelemetryOptions>(TelemetryOptions.Section);
        builder.Services.AddSingleton<PrometheusExporter>();
        builder.Services.AddSingleton<MetricsScrapes>();
        builder.Services.AddSingleton<MetricsAccess>();
        builder.Services.AddSingleton<MetricsEndpoint>();
        builder.Services.AddSingleton<StatusFeed>();
        builder.Services.AddSingleton<IHostedService>(x => new Providers(
            serviceName, hasCollector, x.GetRequiredService<IOptions<TelemetryOptions>>().Value, x.GetRequiredService<PrometheusExporter>()));
    }

    /// <summary>The share of traces that are kept: see <see cref="TelemetryOptions.TraceRatio"/>; 0 when there is nowhere to keep them.</summary>
    public static double TraceRatio(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Configuration.HasCollector())
            return 0;

        var options = new TelemetryOptions();
        builder.Configuration.GetSection(TelemetryOptions.Section).Bind(options);
        // What is out of range ends the process, with the setting's name, when all of them are checked.
        return options.TraceRatio is >= 0 and <= 1 ? options.TraceRatio : 0;
    }

    /// <summary>What our processes measure, and how; readers are added to it.</summary>
    static MeterProviderBuilder AddSeckillMeters(this MeterProviderBuilder meters, string serviceName, TelemetryOptions options)
        => meters.SetResourceBuilder(ResourceOf(serviceName))
            .AddMeter(options.MassTransitMeter ? [.. TelemetryNames.Meters, TelemetryNames.MassTransitMeter] : [.. TelemetryNames.Meters])
            .AddView(MetricViews.Of);

    /// <summary>Whether there is somebody to send spans to.</summary>
    internal static bool HasCollector(this IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[EndpointVariable]);

    static ResourceBuilder ResourceOf(string serviceName)
    {
        var version = typeof(TelemetryDefaults).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return ResourceBuilder.CreateDefault()
            .AddService(serviceName, serviceVersion: version, serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}");
    }

    /// <summary>Holds the providers from start to stop; OpenTelemetry's own hosting package does no more.</summary>
    sealed class Providers(string serviceName, bool hasCollector, TelemetryOptions options, PrometheusExporter exporter) : IHostedService, IDisposable
    {
        TracerProvider? _tracer;
        MeterProvider? _meter;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            // Cumulative, as every exporter here wants it.
            var meters = Sdk.CreateMeterProviderBuilder().AddSeckillMeters(serviceName, options).AddReader(new BaseExportingMetricReader(exporter));
            if (hasCollector)
            {
                // Where there are traces, a slow bucket names one.
                meters.SetExemplarFilter(ExemplarFilterType.TraceBased).AddOtlpExporter();
                _tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(ResourceOf(serviceName))
                    .AddSource([.. TelemetryNames.Sources]).SetSampler(new TraceSampler(options.TraceRatio)).AddOtlpExporter().Build();
            }

            _meter = meters.Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Dispose();
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            // Disposing of a provider flushes it.
            _tracer?.Dispose();
            _meter?.Dispose();
            _tracer = null;
            _meter = null;
        }
    }
}
