using Microsoft.Extensions.DependencyInjection;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.CompensationLog;

/// <summary>Registers the log of compensation.</summary>
public static class CompensationLogServices
{
    /// <summary>
    /// Adds <see cref="ICompensationLog"/> and the service that writes it, and the database of its table; options come from section
    /// <see cref="CompensationLogOptions.Section"/>. To be added before what records steps: hosts stop services in reverse order.
    /// </summary>
    public static IServiceCollection AddCompensationLog(this IServiceCollection services)
    {
        services.AddCompensationLogReplay();
        services.AddMetrics();
        services.AddSingleton<CompensationLogMetrics>();
        services.AddSingleton<DoubleLog>();
        services.AddSingleton<ICompensationLog>(x => x.GetRequiredService<DoubleLog>());
        services.AddHostedService(x => x.GetRequiredService<DoubleLog>());
        return services;
    }

    /// <summary>Adds <see cref="CompensationLogReplay"/>, and the options that say where files are.</summary>
    public static IServiceCollection AddCompensationLogReplay(this IServiceCollection services)
    {
        services.AddPostgres();
        services.AddOptions<CompensationLogOptions>().BindConfiguration(CompensationLogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CompensationLogReplay>();
        return services;
    }
}
