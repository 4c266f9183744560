using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Seckill.Hosting.Telemetry;

/// <summary>Sends traces and metrics to an OpenTelemetry collector when one is configured, and costs nothing otherwise.</summary>
static class TelemetryDefaults
{
    const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddSeckillTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        if (!string.IsNullOrWhiteSpace(builder.Configuration[EndpointVariable]))
            builder.Services.AddSingleton<IHostedService>(_ => new Exporters(serviceName));
    }

    /// <summary>Holds the providers from start to stop; OpenTelemetry's own hosting package does no more.</summary>
    sealed class Exporters(string serviceName) : IHostedService, IDisposable
    {
        TracerProvider? _tracer;
        MeterProvider? _meter;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault().AddService(serviceName);
            _tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource([.. TelemetryNames.Sources]).AddOtlpExporter().Build();
            _meter = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
                .AddMeter([.. TelemetryNames.Meters]).AddOtlpExporter().Build();
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
