using System.Globalization;

using Confluent.Kafka;

using MassTransit;

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

using Seckill.Api.FailedOrders;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Hosting.Configuration;
using Seckill.Hosting.Messaging;
using Seckill.Kafka;

namespace Seckill.Api.Messaging;

/// <summary>The API's two roads: Kafka for orders and the news of them, RabbitMQ for commands to one transaction.</summary>
static class BusServices
{
    public static void AddApiBus(this IServiceCollection services)
    {
        services.AddValidatedOptions<RabbitMqOptions>(RabbitMqOptions.Section);
        services.AddValidatedOptions<KafkaOptions>(KafkaOptions.Section);
        services.AddSingleton<OrderNews>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddTransactionRequests();
            // Orders are taken without RabbitMQ, and without Kafka too: their absence is worth knowing and no reason to send buyers away.
            bus.ConfigureHealthCheckOptions(x => x.MinimalFailureStatus = HealthStatus.Degraded);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
                rabbit.Host(options.Host, (ushort)options.Port, options.VirtualHost, x =>
                {
                    x.Username(options.User);
                    x.Password(options.Password);
                });
                rabbit.ConfigureSend(x => x.UseExecute(NameSpan));
            });
            bus.AddRider(rider =>
            {
                rider.AddProducer<SeckillRequested>(TopicNames.OrderEvents, x => x.Message.OrderId.ToString("D"), describe: false);
                rider.AddConsumer<StockChangedConsumer>();
                rider.UsingKafka(Configure);
            });
        });
        services.AddSingleton<IPostConfigureOptions<HealthCheckServiceOptions>, KafkaDegradesOnly>();
    }

    /// <summary>Adds the requests that the API makes of an order's transaction, on whichever transport the bus uses.</summary>
    public static void AddTransactionRequests(this IBusRegistrationConfigurator bus)
    {
        bus.AddRequestClient<CancelOrder>(TransactionRequests.Address);
        bus.AddRequestClient<PaymentReceived>(TransactionRequests.Address);
        bus.AddRequestClient<RollbackTransaction>(TransactionRequests.Address);
        bus.AddRequestClient<ReprocessOrder>(ReprocessRequests.Address);
    }

    /// <summary>A message that is sent for a traced order says from where.</summary>
    static void NameSpan(SendContext context)
    {
        if (OrderTrace.CurrentTraceParent is { } traceParent)
            context.Headers.Set(OrderTrace.TraceParent, traceParent);
    }

    static void Configure(IRiderRegistrationContext context, IKafkaFactoryConfigurator kafka)
    {
        var options = context.GetRequiredService<IOptions<KafkaOptions>>().Value;
        kafka.Host(options.Bootstrap);
        kafka.ConfigureProducer(x => x.Linger = TimeSpan.FromMilliseconds(options.LingerMilliseconds));
        if (context.GetRequiredService<FaultPoints>() is { AreOn: true } faults)
            kafka.Intercept(new KafkaFaults(faults));
        kafka.CreateTopics(
            new KafkaTopic(TopicNames.OrderEvents, options.OrderEventPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.OrderResults, options.OtherPartitions, options.ReplicationFactor),
            new KafkaTopic(TopicNames.StockEvents, options.OtherPartitions, options.ReplicationFactor));

        // Every process hears all the news, from now on: a group of its own for each topic, which nobody misses when the process is gone.
        var group = string.Create(CultureInfo.InvariantCulture, $"seckill-api-{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");
        kafka.TopicListener<OrderStatusChanged>(TopicNames.OrderResults, $"{group}-{TopicNames.OrderResults}", context.GetRequiredService<OrderNews>().Hear, x =>
        {
            x.AutoOffsetReset = AutoOffsetReset.Latest;
            x.PrefetchCount = 1000;
            x.ConcurrentMessageLimit = 8;
        });
        kafka.TopicEndpoint<StockChanged>(TopicNames.StockEvents, $"{group}-{TopicNames.StockEvents}", x =>
        {
            x.AutoOffsetReset = AutoOffsetReset.Latest;
            x.ConfigureConsumer<StockChangedConsumer>(context);
        });
    }
}
