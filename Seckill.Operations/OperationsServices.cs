using Microsoft.Extensions.DependencyInjection;

using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.AuditLog;
using Seckill.Operations.CompensationLog;

namespace Seckill.Operations;

/// <summary>Registers what people need to see, explain and repair orders.</summary>
public static class OperationsServices
{
    /// <summary>
    /// Adds alerts, the log of compensation, the archive of failed orders and the audit log. To be added before what uses them: hosts stop services in
    /// reverse order.
    /// </summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddAlerts();
        services.AddCompensationLog();
        services.AddFailedOrderArchive();
        services.AddAuditLog();
        return services;
    }
}
