using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Audit;

/// <summary>Registers the audit.</summary>
public static class AuditServices
{
    /// <summary>
    /// Adds <see cref="AuditService"/>; options come from section <see cref="AuditOptions.Section"/>. It needs the ledger and the Redis connections.
    /// </summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptions<TransactionOptions>().BindConfiguration(TransactionOptions.Section);
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure<IOptions<TransactionOptions>>((audit, transaction) =>
            {
                if (audit.UndecidedAfterSeconds == 0)
                    audit.UndecidedAfterSeconds = transaction.Value.TimeoutSeconds + AuditOptions.GraceSeconds;
            });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuditService>();
        return services;
    }
}
