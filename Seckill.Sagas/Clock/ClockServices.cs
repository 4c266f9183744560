using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

using Quartz;

using Seckill.Faults;
using Seckill.Ledger.Schema;
using Seckill.Sagas.Recovery;

namespace Seckill.Sagas.Clock;

/// <summary>Registers everything of the transactions that time drives.</summary>
public static class ClockServices
{
    /// <summary>Name of the clock's health check.</summary>
    public const string HealthCheckName = "quartz";

    /// <summary>
    /// Adds the scans, their schedule in Quartz's persistent store, and recovery at start. Needs the ledger and a MassTransit bus; options
    /// come from section <see cref="ClockOptions.Section"/>.
    /// </summary>
    public static IServiceCollection AddTransactionClock(this IServiceCollection services)
    {
        services.AddTransactionScans();
        services.AddClockJob<SuspendedTransactionsJob>(x => Options(x).SuspendedScanSeconds);
        services.AddClockJob<PaymentDeadlineJob>(x => Options(x).PaymentDeadlineScanSeconds);
        services.AddClockJob<UnfinishedTransactionsJob>(x => Options(x).UnfinishedScanSeconds);
        services.AddSingleton<PersistentSchedulerFactory>();
        services.AddSingleton<ClockHost>();
        services.AddHostedService(x => x.GetRequiredService<ClockHost>());
        services.AddHostedService<RecoveryAtStart>();
        services.AddHealthChecks().AddCheck<ClockHealthCheck>(HealthCheckName, HealthStatus.Unhealthy, ["ready"]);
        return services;
    }

    /// <summary>Adds the scans alone, to be called by hand.</summary>
    public static IServiceCollection AddTransactionScans(this IServiceCollection services)
    {
        services.AddOptions<ClockOptions>().BindConfiguration(ClockOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddFaultPoints();
        services.AddMetrics();
        services.AddClockSchema();
        services.AddSingleton<ClockMetrics>();
        services.AddSingleton<DueTransactions>();
        services.AddSingleton<OrderTransactionQueue>();
        services.AddSingleton<DueScan>();
        services.AddSingleton<SuspendedTransactionScan>();
        services.AddSingleton<PaymentDeadlineScan>();
        services.AddSingleton<UnfinishedTransactionScan>();
        return services;
    }

    /// <summary>Adds the script of Quartz's tables to the schema: for whatever migrates the database.</summary>
    public static IServiceCollection AddClockSchema(this IServiceCollection services)
        => services.AddSingleton(new SchemaScripts(typeof(ClockServices).Assembly));

    /// <summary>Adds a job that runs on one worker at a time, every so many seconds.</summary>
    internal static void AddClockJob<TJob>(this IServiceCollection services, Func<IServiceProvider, int> intervalSeconds)
        where TJob : IJob
        => services.AddClockJob<TJob>(x => new EveryInterval(TimeSpan.FromSeconds(intervalSeconds(x))));

    /// <summary>Adds a job that runs on one worker at a time, when its schedule says so.</summary>
    internal static void AddClockJob<TJob>(this IServiceCollection services, Func<IServiceProvider, ClockSchedule> schedule)
        where TJob : IJob
        => services.AddSingleton(x => new ClockJob(typeof(TJob), schedule(x)));

    static ClockOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<ClockOptions>>().Value;
}
