using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Operations.Postgres;

/// <summary>Registers the operators' database.</summary>
public static class PostgresServices
{
    /// <summary>Adds the database and its schema; options come from section <see cref="PostgresOptions.Section"/>. May be called repeatedly.</summary>
    public static IServiceCollection AddPostgres(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(x => x.ServiceType == typeof(PostgresDatabase)))
            return services;

        services.AddOptions<PostgresOptions>().BindConfiguration(PostgresOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PostgresDatabase>();
        services.AddSingleton<PostgresSchemaMigrator>();
        return services;
    }
}
