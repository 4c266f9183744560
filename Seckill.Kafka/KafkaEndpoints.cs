using System.Collections;
using System.Collections.Immutable;

namespace Seckill.Kafka;

/// <summary>The topic endpoints of this process, as they are built.</summary>
sealed class KafkaEndpoints : IKafkaEndpoints
{
    ImmutableArray<IKafkaEndpointControl> _endpoints = [];

    public KafkaEndpoints() => KafkaInstruments.Observe(this);

    public void Add(IKafkaEndpointControl endpoint) => ImmutableInterlocked.Update(ref _endpoints, (endpoints, added) => endpoints.Add(added), endpoint);

    public IKafkaEndpointControl Get(string topic, string groupId) =>
        _endpoints.FirstOrDefault(endpoint => endpoint.Topic == topic && endpoint.GroupId == groupId)
        ?? throw new KeyNotFoundException($"No endpoint reads topic '{topic}' for group '{groupId}' in this process.");

    public IEnumerator<IKafkaEndpointControl> GetEnumerator() => ((IEnumerable<IKafkaEndpointControl>)_endpoints).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
