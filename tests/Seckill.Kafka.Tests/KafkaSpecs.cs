using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

/// <summary>A test on a cluster without faults, with a topic of its own.</summary>
public abstract class KafkaSpecs : IAsyncLifetime
{
    protected const string Group = "readers";
    KafkaCluster _kafka = null!;

    protected string Bootstrap => _kafka.Bootstrap;

    protected string Topic { get; } = $"specs_{Guid.NewGuid():N}";

    protected string DeadLetterTopic => Topic + "_dead_letter";

    public async Task InitializeAsync() => _kafka = await KafkaCluster.StartAsync();

    public async Task DisposeAsync() => await _kafka.DisposeAsync();

    /// <summary>A process that handles the topic's steps.</summary>
    private protected Task<RiderHost> StartReaderAsync(
        Func<ConsumeContext<Step>, Task> handle, Action<IKafkaTopicEndpointConfigurator>? configure = null, int partitions = 4, string group = Group,
        IKafkaInterceptor? interceptor = null, TimeProvider? time = null) => RiderHost.StartAsync(
        Bootstrap,
        (_, k) =>
        {
            k.CreateTopics(new KafkaTopic(Topic, partitions));
            if (interceptor is not null)
                k.Intercept(interceptor);
            k.TopicEndpoint<Step>(Topic, group, e =>
            {
                // The shortest session that brokers allow by default; a rebalance takes about as long.
                e.SessionTimeout = TimeSpan.FromSeconds(6);
                e.CheckpointInterval = TimeSpan.FromMilliseconds(100);
                configure?.Invoke(e);
                e.Handler<Step>(context => handle(context));
            });
        },
        rider => rider.AddProducer<Step>(Topic, m => m.Message.Name),
        services: services => services.AddSingleton(time ?? TimeProvider.System));

    private protected static Task ProduceAsync(RiderHost host, params Step[] steps) =>
        Task.WhenAll(steps.Select(step => host.Get<ITopicProducer<Step>>().Produce(step)));

    protected static Step Of(string name, int number) => new() { Name = name, Number = number };
}
