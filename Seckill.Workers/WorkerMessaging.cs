using System.Globalization;

using MassTransit;

using Microsoft.Extensions.Options;

using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Hosting.Configuration;
using Seckill.Hosting.Messaging;
using Seckill.Kafka;
using Seckill.Operations.Archive;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.DeadLetters;
using Seckill.Sagas.Scheduling;
using Seckill.Sagas.Transactions;

namespace Seckill.Workers;

/// <summary>
/// A worker's two roads to the transaction: Kafka for orders, RabbitMQ for commands of people and of the clock. Neither has to be up when
/// the worker starts; readiness tells when both are.
/// </summary>
static class WorkerMessaging
{
    const string TransactionGroup = "order-transactions";
    const string CompensationGroup = "compensation";
    const string DeadLetterGroup = "dead-letters";

    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(20);

    public static void AddWorkerMessaging(this IServiceCollection services)
    {
        services.AddValidatedOptions<WorkerOptions>(WorkerOptions.Section);
        services.AddValidatedOptions<KafkaOptions>(KafkaOptions.Section);
        services.AddValidatedOptions<RabbitMqOptions>(RabbitMqOptions.Section);
        services.AddSingleton<ICompensationPublisher, CompensationPublisher>();
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
            bus.DisableUsageTelemetry();
            bus.AddConsumer<AttemptCompensationConsumer>();
            bus.AddConsumer<ReprocessConsumer>();
            bus.AddConsumer<ScheduledMessageConsumer>();
            bus.UsingRabbitMq(ConfigureRabbitMq);
            bus.AddRider(rider =>
            {
                rider.AddConsumer<CompensateOrderConsumer>();
                rider.AddConsumer<DeadLetterConsumer>();
                rider.AddProducer<CompensateOrder>(TopicNames.Compensation, x => x.Message.Request.OrderId.ToString("D"));
                rider.AddProducer<CompensationDeadLetter>(TopicNames.CompensationDeadLetter, x => x.Message.Request.OrderId.ToString("D"));
                // An order's own records: their key says which order, their topic what it is, their timestamp when.
                rider.AddProducer<SeckillRequested>(TopicNames.OrderEvents, x => x.Message.OrderId.ToString("D"), describe: false);
                rider.AddProducer<OrderStatusChanged>(TopicNames.OrderResults, x => x.Message.OrderId.ToString("D"), describe: false);
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
        rabbit.ConfigureSend(x => x.UseExecute(NameSpan));
        rabbit.ReceiveEndpoint(QueueNames.OrderTransaction, x =>
        {
            x.PrefetchCount = worker.ConcurrentCommands;
            x.ConcurrentMessageLimit = worker.ConcurrentCommands;
            RetryWhileAway(x);
            x.UseFilter(context.GetRequiredService<HandOverFilter>());
            x.ConfigureOrderTransaction(context);
        });
        rabbit.ReceiveEndpoint(QueueNames.Compensation, x =>
        {
            x.PrefetchCount = worker.ConcurrentAttempts * 2;
            x.ConcurrentMessageLimit = worker.ConcurrentAttempts;
            RetryWhileAway(x);
            x.ConfigureConsumer<AttemptCompensationConsumer>(context);
        });
        rabbit.ReceiveEndpoint(QueueNames.Reprocess, x =>
        {
            x.PrefetchCount = worker.ConcurrentAttempts;
            x.ConcurrentMessageLimit = worker.ConcurrentAttempts;
            RetryWhileAway(x);
            x.ConfigureConsumer<ReprocessConsumer>(context);
        });
        rabbit.ReceiveEndpoint(QueueNames.Scheduler, x =>
        {
            // Quartz writes one schedule after another.
            x.PrefetchCount = 16;
            x.ConcurrentMessageLimit = 2;
            RetryWhileAway(x);
            x.ConfigureConsumer<ScheduledMessageConsumer>(context);
        });
    }

    /// <summary>
    /// Ten minutes of a dependency being away, then the error queue. Other messages wait in RabbitMQ meanwhile, where those of the clock expire when
    /// the next look repeats them.
    /// </summary>
    static void RetryWhileAway(IReceiveEndpointConfigurator endpoint) => endpoint.UseMessageRetry(retry =>
    {
        retry.Exponential(120, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
        retry.Handle<Exception>(IsTransient);
    });

    /// <summary>A message that is sent for a traced order says from where.</summary>
    static void NameSpan(SendContext context)
    {
        if (OrderTrace.CurrentTraceParent is { } traceParent)
            context.Headers.Set(OrderTrace.TraceParent, traceParent);
    }

    static void ConfigureKafka(IRiderRegistrationContext context, IKafkaFactoryConfigurator kafka)
    {
        var options = context.GetRequiredService<IOptions<KafkaOptions>>().Value;
        var worker = context.GetRequiredService<IOptions<WorkerOptions>>().Value;
        kafka.Host(options.Bootstrap);
        kafka.ConfigureProducer(x => x.Linger = TimeSpan.FromMilliseconds(options.LingerMilliseconds));
        if (context.GetRequiredService<FaultPoints>() is { AreOn: true } faults)
            kafka.Intercept(new KafkaFaults(faults));
        kafka.CreateTopics(
            new KafkaTopic(TopicNames.OrderEvents, options.OrderEventPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.OrderResults, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.StockEvents, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.Compensation, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.CompensationDeadLetter, options.OtherPartitions, options.ReplicationFactor));
        var sessionTimeout = TimeSpan.FromSeconds(options.SessionTimeoutSeconds);
        kafka.TopicEndpoint<SeckillRequested>(TopicNames.OrderEvents, TransactionGroup, x =>
        {
            x.ConcurrentMessageLimit = worker.ConcurrentTransactions;
            x.PrefetchCount = worker.PrefetchedOrders;
            x.FetchWait = TimeSpan.FromMilliseconds(options.FetchWaitMilliseconds);
            x.FetchLeastBytes = options.FetchLeastBytes;
            x.SessionTimeout = sessionTimeout;
            x.DrainTimeout = DrainTimeout;
            // An order is never given up because Redis, MySQL or Kafka is away.
            x.RetryForever(IsTransient, TimeSpan.FromSeconds(5));
            x.DeadLetterTopic = TopicNames.CompensationDeadLetter;
            x.UseFilter(context.GetRequiredService<HandOverFilter>());
            x.ConfigureOrderTransaction(context);
        });
        kafka.TopicEndpoint<CompensateOrder>(TopicNames.Compensation, CompensationGroup, x =>
        {
            x.ConcurrentMessageLimit = worker.ConcurrentAttempts;
            x.SessionTimeout = sessionTimeout;
            x.DrainTimeout = DrainTimeout;
            x.RetryForever(IsTransient, TimeSpan.FromSeconds(5));
            x.DeadLetterTopic = TopicNames.CompensationDeadLetter;
            x.ConfigureConsumer<CompensateOrderConsumer>(context);
        });
        kafka.TopicEndpoint<CompensationDeadLetter>(TopicNames.CompensationDeadLetter, DeadLetterGroup, x =>
        {
            x.ConcurrentMessageLimit = worker.DeadLettersInHand;
            x.PrefetchCount = worker.DeadLettersInHand;
            x.SessionTimeout = sessionTimeout;
            x.DrainTimeout = DrainTimeout;
            // The end of the line: nothing leaves it but to its end or into the archive.
            x.RetryForever(_ => true, TimeSpan.FromSeconds(10));
            x.HandleUnreadable((record, token) =>
                DeadLetterConsumer.HandleUnreadableAsync(context.GetRequiredService<DeadLetterProcess>(), record, token));
            x.ConfigureConsumer<DeadLetterConsumer>(context);
        });
    }

    static bool IsTransient(Exception exception)
        => exception is KafkaUnavailableException or ClockNotStartedException or ArchiveUnavailableException || TransientFaults.IsTransient(exception);
}
