using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Seckill.Ledger.Catalog;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Orders;
using Seckill.Ledger.Schema;
using Seckill.Ledger.Settings;
using Seckill.Ledger.Transactions;

namespace Seckill.Ledger;

/// <summary>Registers what reads and writes the system of record.</summary>
public static class LedgerServices
{
    /// <summary>Adds the database, its schema and the catalog; options come from section <see cref="MySqlOptions.Section"/>.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.AddOptions<MySqlOptions>().BindConfiguration(MySqlOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConfiguredCompensation>, ConfiguredCompensationValidator>();
        services.AddOptions<ConfiguredCompensation>().BindConfiguration(ConfiguredCompensation.Section).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MySqlDatabase>();
        services.AddSingleton(new SchemaScripts(typeof(LedgerServices).Assembly));
        services.AddSingleton<SchemaMigrator>();
        services.AddSingleton<ActivityCatalog>();
        services.AddSingleton<OrderReader>();
        services.AddSingleton<TransactionReader>();
        services.AddSingleton<CompensationStore>();
        services.AddSingleton<SettingsStore>();
        return services;
    }
}
