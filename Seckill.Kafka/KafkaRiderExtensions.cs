using MassTransit;
using MassTransit.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Kafka.Configuration;
using Seckill.Kafka.Health;
using Seckill.Kafka.Producing;

namespace Seckill.Kafka;

/// <summary>Adds Kafka to a bus: <c>AddMassTransit(x => x.AddRider(rider => …))</c>.</summary>
public static class KafkaRiderExtensions
{
    /// <summary>Registers <see cref="ITopicProducer{T}"/>, for one topic per message type. It can be used before the bus has started.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="rider">The rider.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="keyOf">Derives the key of a record from its message.</param>
    /// <param name="describe">
    /// Whether records carry the headers that describe them (<see cref="KafkaHeaderNames"/>: type, id, correlation, time). A topic of one type with thousands of records a second
    /// may do without; a trace's context and the caller's own headers they carry all the same.
    /// </param>
    public static void AddProducer<T>(this IRiderRegistrationConfigurator rider, string topic, KafkaKeyResolver<T> keyOf, bool describe = true)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rider);
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentNullException.ThrowIfNull(keyOf);
        rider.AddSingleton<ITopicProducer<T>>(provider =>
        {
            var parts = provider.GetRequiredService<KafkaRiderParts>();
            return new TopicProducer<T>(parts.Producer, topic, keyOf, parts.Settings.Json, describe, parts.Time);
        });
    }

    /// <summary>
    /// Configures the rider. Also registers <see cref="IKafkaHealth"/>, <see cref="IKafkaEndpoints"/> and the health check <c>kafka</c> (tag
    /// <c>ready</c>).
    /// </summary>
    /// <param name="rider">The rider.</param>
    /// <param name="configure">Names brokers, topics and endpoints.</param>
    public static void UsingKafka(this IRiderRegistrationConfigurator rider, Action<IRiderRegistrationContext, IKafkaFactoryConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(rider);
        ArgumentNullException.ThrowIfNull(configure);

        rider.SetRiderFactory(new KafkaRegistrationRiderFactory());
        rider.TryAddSingleton(TimeProvider.System);
        rider.AddSingleton(provider =>
        {
            var configurator = new KafkaFactoryConfigurator();
            configure(provider.GetRequiredService<Bind<IBus, IKafkaRider, IRiderRegistrationContext>>().Value, configurator);
            return configurator.Build();
        });
        rider.AddSingleton<KafkaProducerClient>();
        rider.AddSingleton<TopicCreator>();
        rider.AddSingleton<KafkaEndpoints>();
        rider.AddSingleton<KafkaRiderParts>();
        rider.AddSingleton<IKafkaEndpoints>(provider => provider.GetRequiredService<KafkaEndpoints>());
        rider.AddSingleton(provider => provider.GetRequiredService<KafkaProducerClient>().Health);
        rider.AddHealthChecks().AddCheck<KafkaHealthCheck>("kafka", tags: ["ready"]);
    }
}
