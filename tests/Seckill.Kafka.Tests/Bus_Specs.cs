using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class Bus_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_publish_to_the_bus_what_a_topic_consumer_publishes()
    {
        var noted = new NotedSteps();
        await using var host = await RiderHost.StartAsync(
            Bootstrap,
            (context, k) =>
            {
                k.CreateTopics(new KafkaTopic(Topic, partitions: 4));
                k.TopicEndpoint<Step>(Topic, Group, e => e.ConfigureConsumer<StepConsumer>(context));
            },
            rider =>
            {
                rider.AddProducer<Step>(Topic, m => m.Message.Name);
                rider.AddConsumer<StepConsumer>();
            },
            bus => bus.AddConsumer<StepNotedConsumer>(),
            services => services.AddSingleton(noted));

        await ProduceAsync(host, Of("a", 5));

        await Eventually.HoldsAsync(() => noted.Numbers.SequenceEqual([5]), "the bus's consumer hears of the step");
    }

    [Fact]
    public async Task Should_drive_a_saga_that_is_on_the_bus_too()
    {
        var id = Guid.NewGuid();
        await using var host = await RiderHost.StartAsync(
            Bootstrap,
            (context, k) =>
            {
                k.CreateTopics(new KafkaTopic(Topic, partitions: 4));
                k.TopicEndpoint<Correlated>(Topic, Group, e => e.ConfigureSaga<TrackState>(context));
            },
            rider =>
            {
                rider.AddProducer<Correlated>(Topic, m => m.Message.CorrelationId.ToString());
                rider.AddSagaStateMachine<TrackStateMachine, TrackState>().InMemoryRepository();
            },
            bus => bus.AddSagaStateMachine<TrackStateMachine, TrackState>().InMemoryRepository());

        await host.Get<ITopicProducer<Correlated>>().Produce(new Correlated(id));
        var sagas = host.Get<ILoadSagaRepository<TrackState>>();
        await Eventually.HoldsAsync(async () => (await sagas.Load(id))?.CurrentState == "Begun", "the saga begins with the record");

        await host.Get<IBus>().Publish(new TrackEnded(id));
        await Eventually.HoldsAsync(async () => (await sagas.Load(id))?.CurrentState == "Ended", "the saga ends with the bus's message");
    }

    public sealed class NotedSteps
    {
        public ConcurrentQueue<int> Numbers { get; } = new();
    }

    public sealed class StepConsumer : IConsumer<Step>
    {
        public Task Consume(ConsumeContext<Step> context) => context.Publish(new StepNoted(context.Message.Number));
    }

    public sealed class StepNotedConsumer(NotedSteps noted) : IConsumer<StepNoted>
    {
        public Task Consume(ConsumeContext<StepNoted> context)
        {
            noted.Numbers.Enqueue(context.Message.Number);
            return Task.CompletedTask;
        }
    }

    public sealed record TrackEnded(Guid CorrelationId) : CorrelatedBy<Guid>;

    public sealed class TrackState : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";
    }

    public sealed class TrackStateMachine : MassTransitStateMachine<TrackState>
    {
        public TrackStateMachine()
        {
            InstanceState(x => x.CurrentState);
            Initially(When(Began).TransitionTo(Begun));
            During(Begun, When(HasEnded).TransitionTo(Ended));
        }

        public State Begun { get; } = null!;

        public State Ended { get; } = null!;

        public Event<Correlated> Began { get; } = null!;

        public Event<TrackEnded> HasEnded { get; } = null!;
    }
}
