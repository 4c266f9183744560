using Microsoft.Extensions.DependencyInjection;

using Seckill.Faults;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.AuditLog;

/// <summary>Registers the audit log.</summary>
public static class AuditLogServices
{
    /// <summary>Adds <see cref="IAuditLog"/>, and the database it is in.</summary>
    public static IServiceCollection AddAuditLog(this IServiceCollection services)
    {
        services.AddPostgres();
        services.AddWithFaults<IAuditLog, PostgresAuditLog>((log, faults) => new AuditLogFaults(log, faults));
        return services;
    }
}
