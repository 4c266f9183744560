using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Faults;
using Seckill.Operations.Alerts.Alertmanager;
using Seckill.Operations.Alerts.Delivery;
using Seckill.Operations.Alerts.Limits;
using Seckill.Operations.Alerts.Spool;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts;

/// <summary>Registers alerts.</summary>
public static class AlertServices
{
    /// <summary>
    /// Adds <see cref="IAlerts"/> and what delivers them. Options come from section <see cref="AlertsOptions.Section"/>. Processes keep from
    /// telling the same twice through the cache Redis where admission's connections are registered; else each does it for itself.
    /// </summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        // A second binding would add every list's entries again.
        if (services.Any(x => x.ServiceType == typeof(IAlerts)))
            return services;

        services.AddOptions<AlertsOptions>().BindConfiguration(AlertsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertsOptions>, AlertsOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddFaultPoints();
        services.AddMetrics();
        services.AddSingleton<WebhookToken>();
        services.AddSingleton<AlertMetrics>();
        services.AddSingleton<AlertMessages>();
        services.AddSingleton<AlertSpool>();
        services.AddSingleton(x => new DeduplicationWindow(
            x.GetRequiredService<IOptions<AlertsOptions>>().Value.DeduplicationWindow, x.GetRequiredService<TimeProvider>()));
        services.AddSingleton(x => new SharedLimits(
            x.GetRequiredService<IOptions<AlertsOptions>>(), x.GetRequiredService<TimeProvider>(),
            x.GetRequiredService<ILogger<SharedLimits>>(), x.GetService<RedisConnections>()));
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton<IAlerts, AlertDesk>();
        services.AddHostedService(x => x.GetRequiredService<AlertDelivery>());
        return services;
    }
}
