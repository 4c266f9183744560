using MassTransit;
using MassTransit.Saga;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Faults;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Store;

namespace Seckill.Sagas.Transactions;

/// <summary>Registers the transaction.</summary>
public static class TransactionServices
{
    /// <summary>
    /// Adds the ledger and the steps. The host adds admission, payments and the publishers
    /// (<see cref="IOrderStatusPublisher"/>; admission wants <see cref="Seckill.Admission.Stock.IStockChangePublisher"/>).
    /// </summary>
    public static IServiceCollection AddTransactions(this IServiceCollection services)
    {
        services.AddOptions<TransactionOptions>().BindConfiguration(TransactionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddFaultPoints();
        services.AddMetrics();
        services.AddSingleton<TransactionMetrics>();
        services.AddSingleton<TransactionLedger>();
        services.AddSingleton<TransactionSteps>();
        services.AddSingleton<OrderTransactionStateMachine>();
        services.AddSingleton<ISagaRepository<OrderTransactionState>>(provider => new SagaRepository<OrderTransactionState>(
            ActivatorUtilities.CreateInstance<OrderTransactionRepositoryContextFactory>(provider)));
        return services;
    }

    /// <summary>
    /// Adds the saga with its MySQL repository to an endpoint. One machine and one repository serve all messages: nothing of them lives in a scope, so none is
    /// made for each message, as <c>ConfigureSaga</c> would.
    /// </summary>
    public static void ConfigureOrderTransaction(this IReceiveEndpointConfigurator endpoint, IServiceProvider services)
        => endpoint.StateMachineSaga(
            services.GetRequiredService<OrderTransactionStateMachine>(), services.GetRequiredService<ISagaRepository<OrderTransactionState>>());
}
