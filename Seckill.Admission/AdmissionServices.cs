using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Admission.Survey;
using Seckill.Faults;

namespace Seckill.Admission;

/// <summary>Registers what works on the stock in Redis.</summary>
public static class AdmissionServices
{
    /// <summary>
    /// Adds admission, the participant, locks and connections. Options come from the sections <see cref="RedisOptions.Section"/> and
    /// <see cref="AdmissionOptions.Section"/>. Stock changes go to every <see cref="IStockChangePublisher"/> that is registered.
    /// </summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services)
    {
        services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.Section).ValidateOnStart();
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.AddFaultPoints();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RedisConnections>();
        services.AddWithFaults<IDistributedLock, RedLock>((locks, faults) => new LockFaults(locks, faults));
        services.AddSingleton<SoldOutCache>();
        services.AddSingleton<StockAdmission>();
        services.AddSingleton<StockChangeNews>();
        services.AddSingleton<StockDemand>();
        services.AddWithFaults<IStockParticipant, RedisStockParticipant>((stock, faults) => new StockFaults(stock, faults));
        services.AddSingleton<StockExpiry>();
        services.AddSingleton<IStockWarmUp, StockRebuild>();
        return services;
    }

    /// <summary>Hosts the keeper, which warms stock up and rebuilds it, and what lets it go in the end. Needs <see cref="AddAdmission"/> and the ledger.</summary>
    public static IServiceCollection AddStockKeeper(this IServiceCollection services)
    {
        services.TryAddSingleton<StockWatch>();
        services.AddHostedService<StockKeeper>();
        services.AddHostedService<StockExpiryLoop>();
        return services;
    }

    /// <summary>Hosts the survey, which measures stock and write-ahead entries. Needs <see cref="AddAdmission"/> and the ledger.</summary>
    public static IServiceCollection AddStockSurvey(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<StockWatch>();
        services.AddSingleton<SurveyMetrics>();
        services.AddHostedService<StockSurvey>();
        return services;
    }

    /// <summary>
    /// Hosts the relay of write-ahead entries. Needs <see cref="AddAdmission"/>, the ledger and an <see cref="ISeckillRequestedPublisher"/>.
    /// </summary>
    public static IServiceCollection AddWriteAheadRelay(this IServiceCollection services)
    {
        services.TryAddSingleton<StockWatch>();
        services.AddSingleton<WriteAheadEntries>();
        services.AddSingleton<LedgerEntries>();
        services.AddHostedService<WriteAheadRelay>();
        return services;
    }
}
