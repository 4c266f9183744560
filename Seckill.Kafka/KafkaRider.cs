using MassTransit;
using MassTransit.Transports;
using Seckill.Kafka.Configuration;
using Seckill.Kafka.Consuming;

namespace Seckill.Kafka;

/// <inheritdoc cref="IKafkaRider"/>
sealed class KafkaRider(IReadOnlyList<KafkaEndpoint> endpoints, KafkaRiderParts parts) : IKafkaRider
{
    /// <summary>
    /// Starts reading. A bus does not start until its riders are ready, and Kafka may be down for longer than a bus waits: so this is ready at
    /// once, and health tells the truth.
    /// </summary>
    public RiderHandle Start(CancellationToken cancellationToken = default) => new Handle(endpoints, parts.Topics);

    public IEnumerable<EndpointHealthResult> CheckEndpointHealth() => endpoints.Select(endpoint => endpoint.CheckHealth());

    sealed class Handle : RiderHandle, IDisposable
    {
        readonly CancellationTokenSource _stopping = new();
        readonly IReadOnlyList<KafkaEndpoint> _endpoints;
        readonly Task _creatingTopics;

        public Handle(IReadOnlyList<KafkaEndpoint> endpoints, TopicCreator topics)
        {
            _endpoints = endpoints;
            _creatingTopics = Task.Run(() => topics.Run(endpoints.Select(endpoint => endpoint.DeadLetterTopic), _stopping.Token));
            foreach (var endpoint in endpoints)
                endpoint.ReceiveEndpoint.Start(CancellationToken.None);
        }

        public Task Ready => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_endpoints.Select(endpoint => endpoint.ReceiveEndpoint.Stop(cancellationToken))).ConfigureAwait(false);
            await _creatingTopics.WaitAsync(cancellationToken).ConfigureAwait(false);
            Dispose();
        }

        public void Dispose() => _stopping.Dispose();
    }
}
