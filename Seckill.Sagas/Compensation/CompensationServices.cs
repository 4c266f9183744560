using MassTransit;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Sagas.DeadLetters;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>Registers compensation, dead letters and reprocessing.</summary>
public static class CompensationServices
{
    /// <summary>
    /// Adds them. Needs the ledger, admission, the transactions, their clock, the circuit, archive, compensation log and alerts; the host adds
    /// <see cref="ICompensationPublisher"/>.
    /// </summary>
    public static IServiceCollection AddCompensation(this IServiceCollection services)
    {
        services.AddOptions<CompensationOptions>().BindConfiguration(CompensationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddMetrics();
        services.AddMediator(x => x.ConfigureMediator((context, mediator) => mediator.ConfigureOrderTransaction(context)));
        services.AddSingleton<CompensationMetrics>();
        services.AddSingleton<CurrentSettings>();
        services.AddHostedService(x => x.GetRequiredService<CurrentSettings>());
        services.AddSingleton<RetryDelays>();
        services.AddSingleton<RetryCounter>();
        services.AddSingleton<CompensationScheduler>();
        services.AddSingleton<CompensationDeadLetters>();
        services.AddSingleton<CompensationSweep>();
        services.AddSingleton<TransactionRunner>();
        services.AddSingleton<CompensationProcess>();
        services.AddSingleton<DeadLetterProcess>();
        services.AddSingleton<HandOverFilter>();
        services.AddHostedService<CompensationSweepLoop>();
        services.AddHostedService<CompensationSurvey>();
        return services;
    }
}
