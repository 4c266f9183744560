using System.Globalization;

using MassTransit;

using Microsoft.Extensions.Options;

using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Hosting.Configuration;
using Seckill.Hosting.Messaging;
using Seckill.Kafka;
using Seckill.Sagas.Transactions;

namespace Seckill.Workers;

/// <summary>
/// A worker's two roads to the transaction: Kafka for orders, RabbitMQ for commands of people and of the clock. Neither has to be up when
/// the worker starts; readiness tells when both are.
/// </summary>
static class WorkerMessaging
{
    const string TransactionGroup = "order-transactions";

    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(20);

    public static void AddWorkerMessaging(this IServiceCollection services)
    {
        services.AddValidatedOptions<WorkerOptions>(WorkerOptions.Section);
        services.AddValidatedOptions<KafkaOptions>(KafkaOptions.Section);
        services.AddValidatedOptions<RabbitMqOptions>(RabbitMqOptions.Section);
        services.AddSingleton<IOrderStatusPublisher, OrderStatusPublisher>();
        services.AddSingleton<IStockChangePublisher, StockChangePublisher>();
        services.AddSingleton<ISeckillRequestedPublisher, SeckillRequestedPublisher>();
        services.Configure<MassTransitHostOptions>(x =>
        {
            x.WaitUntilStarted = false;
            x.StopTimeout = StopTimeout;
            x.ConsumerStopTimeout = DrainTimeout;
        });
        services.AddMassTransit(bus =>
        {
            bus.AddOrderTransactionSaga();
            bus.UsingRabbitMq(ConfigureRabbitMq);
            bus.AddRider(rider =>
            {
                rider.AddOrderTransactionSaga();
                rider.AddProducer<SeckillRequested>(TopicNames.OrderEvents, x => x.Message.OrderId.ToString("D"));
                rider.AddProducer<OrderStatusChanged>(TopicNames.OrderResults, x => x.Message.OrderId.ToString("D"));
                rider.AddProducer<StockChanged>(TopicNames.StockEvents, x => x.Message.ActivityId.ToString(CultureInfo.InvariantCulture));
                rider.UsingKafka(ConfigureKafka);
            });
        });
    }

    static void ConfigureRabbitMq(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit)
    {
        var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
        var worker = context.GetRequiredService<IOptions<WorkerOptions>>().Value;
        rabbit.Host(options.Host, (ushort)options.Port, options.VirtualHost, x =>
        {
            x.Username(options.User);
            x.Password(options.Password);
        });
        rabbit.ReceiveEndpoint(QueueNames.OrderTransaction, x =>
        {
            x.PrefetchCount = worker.ConcurrentCommands;
            x.ConcurrentMessageLimit = worker.ConcurrentCommands;
            // Ten minutes of a dependency being away, then the error queue. Other messages wait in RabbitMQ meanwhile, where those of
            // the clock expire when the next look repeats them.
            x.UseMessageRetry(retry =>
            {
                retry.Exponential(120, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
                retry.Handle<Exception>(IsTransient);
            });
            x.ConfigureSaga<OrderTransactionState>(context);
        });
    }

    static void ConfigureKafka(IRiderRegistrationContext context, IKafkaFactoryConfigurator kafka)
    {
        var options = context.GetRequiredService<IOptions<KafkaOptions>>().Value;
        var worker = context.GetRequiredService<IOptions<WorkerOptions>>().Value;
        kafka.Host(options.Bootstrap);
        kafka.CreateTopics(
            new KafkaTopic(TopicNames.OrderEvents, options.OrderEventPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.OrderResults, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.StockEvents, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.Compensation, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.CompensationDeadLetter, options.OtherPartitions, options.ReplicationFactor));
        kafka.TopicEndpoint<SeckillRequested>(TopicNames.OrderEvents, TransactionGroup, x =>
        {
            x.ConcurrentMessageLimit = worker.ConcurrentTransactions;
            x.PrefetchCount = worker.PrefetchedOrders;
            x.DrainTimeout = DrainTimeout;
            // An order is never given up because Redis, MySQL or Kafka is away.
            x.RetryForever(IsTransient, TimeSpan.FromSeconds(5));
            x.ConfigureSaga<OrderTransactionState>(context);
        });
    }

    static bool IsTransient(Exception exception) => exception is KafkaUnavailableException || TransientFaults.IsTransient(exception);
}
