using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Health;
using Seckill.Hosting.Logging;
using Seckill.Hosting.Telemetry;
using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting;

/// <summary>What every process of the system does the same way: logs, health, telemetry, limits, shutdown.</summary>
public static class SeckillDefaults
{
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Adds the defaults. Call it first.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="serviceName">The process's name in logs and traces: <c>seckill-api</c>.</param>
    public static WebApplicationBuilder AddSeckillDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddSeckillLogging(serviceName);
        builder.AddSeckillTelemetry(serviceName);
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthMetrics>();
        builder.Services.Configure<HealthCheckPublisherOptions>(x =>
        {
            (x.Delay, x.Period, x.Timeout) = (HealthMetrics.Delay, HealthMetrics.Period, HealthMetrics.Validity);
            x.Predicate = check => check.Tags.Contains(HealthEndpoints.ReadyTag);
        });
        builder.Services.Configure<HostOptions>(x => x.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<KestrelServerOptions>(x =>
        {
            x.AddServerHeader = false;
            x.Limits.MaxRequestBodySize = 1024 * 1024;
            x.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            x.Limits.MaxRequestHeaderCount = 64;
            x.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            x.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        });
        return builder;
    }

    /// <summary>
    /// Checks all settings that are checked at start, and throws what is wrong with all of them. The host does it too, but only after it has made the
    /// hosted services, and the first of those to read a wrong setting would hide the others.
    /// </summary>
    /// <exception cref="OptionsValidationException">One setting is wrong.</exception>
    /// <exception cref="AggregateException">Several are.</exception>
    public static WebApplication CheckSettings(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetService<IStartupValidator>()?.Validate();
        return app;
    }

    /// <summary>Maps <c>/healthz/live</c>, <c>/healthz/ready</c> and <c>/metrics</c>.</summary>
    public static WebApplication MapSeckillDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapSeckillHealth();
        MetricsEndpoint.Map(app);
        return app;
    }
}
