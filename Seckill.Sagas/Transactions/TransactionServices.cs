using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Sagas.Faults;
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
        return services;
    }

    /// <summary>Adds the saga with its MySQL repository to MassTransit; endpoints then say <c>ConfigureSaga&lt;OrderTransactionState&gt;</c>.</summary>
    public static void AddOrderTransactionSaga(this IRegistrationConfigurator configurator)
    {
        configurator.AddSagaStateMachine<OrderTransactionStateMachine, OrderTransactionState>()
            .Repository(x =>
            {
                x.RegisterLoadSagaRepository<OrderTransactionState, OrderTransactionRepositoryContextFactory>();
                x.RegisterSagaRepository<
                    OrderTransactionState, TransactionLedger, SagaConsumeContextFactory<TransactionLedger, OrderTransactionState>,
                    OrderTransactionRepositoryContextFactory>();
            });
    }
}
