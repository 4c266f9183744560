using Confluent.Kafka;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;
using Seckill.Kafka.Consuming;

namespace Seckill.Kafka.Configuration;

/// <summary>The configurator that an endpoint's callback sees: MassTransit's receive endpoint configuration with Kafka's settings besides.</summary>
sealed class TopicEndpointConfiguration : ReceiveEndpointConfiguration, IKafkaTopicEndpointConfigurator
{
    const int DefaultConcurrency = 32;
    const int DefaultPrefetch = 1000;

    readonly IBusInstance _bus;
    readonly IReceiveEndpointConfiguration _endpoint;
    readonly string _topic;
    readonly string _groupId;
    readonly KafkaRetryOptions _retry = new();
    Func<Exception, bool> _isTransient = _ => false;
    TimeSpan _maxTransientInterval = TimeSpan.FromSeconds(30);
    Func<UnreadableRecord, CancellationToken, Task>? _handleUnreadable;

    public TopicEndpointConfiguration(IBusInstance bus, string name, string topic, string groupId)
        : this(bus, bus.HostConfiguration.CreateReceiveEndpointConfiguration(name), topic, groupId)
    {
    }

    TopicEndpointConfiguration(IBusInstance bus, IReceiveEndpointConfiguration endpoint, string topic, string groupId)
        : base(bus.HostConfiguration, endpoint)
    {
        _bus = bus;
        _endpoint = endpoint;
        _topic = topic;
        _groupId = groupId;
        DeadLetterTopic = topic + "_dead_letter";
        ConcurrentMessageLimit = DefaultConcurrency;
        PrefetchCount = DefaultPrefetch;

        // What fails must come back to us, to be retried and dead-lettered; the bus has neither queue nor error queue for it.
        this.ThrowOnSkippedMessages();
        this.RethrowFaultedMessages();
        PublishFaults = false;
        ConfigureConsumeTopology = false;
    }

    public override Uri HostAddress => _endpoint.HostAddress;

    public override Uri InputAddress => _endpoint.InputAddress;

    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    public AutoOffsetReset AutoOffsetReset { get; set; } = AutoOffsetReset.Earliest;

    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public PartitionAssignmentStrategy PartitionAssignmentStrategy { get; set; } = PartitionAssignmentStrategy.CooperativeSticky;

    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    public TimeSpan FetchWait { get; set; } = TimeSpan.FromMilliseconds(500);

    public int FetchLeastBytes { get; set; } = 1;

    public string DeadLetterTopic { get; set; }

    public void Retry(Action<KafkaRetryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_retry);
    }

    public void RetryForever(Func<Exception, bool> isTransient, TimeSpan maxInterval)
    {
        ArgumentNullException.ThrowIfNull(isTransient);
        _isTransient = isTransient;
        _maxTransientInterval = maxInterval;
    }

    public void HandleUnreadable(Func<UnreadableRecord, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handleUnreadable = handler;
    }

    public override IEnumerable<ValidationResult> Validate()
    {
        if (Transport.GetConcurrentMessageLimit() < 1)
            yield return this.Failure(nameof(ConcurrentMessageLimit), "must be at least 1");
        if (Transport.PrefetchCount < Transport.GetConcurrentMessageLimit())
            yield return this.Failure(nameof(PrefetchCount), "must be at least the concurrent message limit");
        if (CheckpointInterval < TimeSpan.FromMilliseconds(10))
            yield return this.Failure(nameof(CheckpointInterval), "must be at least 10 ms");
        if (string.IsNullOrWhiteSpace(DeadLetterTopic) || DeadLetterTopic == _topic)
            yield return this.Failure(nameof(DeadLetterTopic), "must name another topic");
        if (_retry.Attempts < 1)
            yield return this.Failure(nameof(KafkaRetryOptions.Attempts), "must be at least 1");
        foreach (var result in base.Validate())
            yield return result;
    }

    public EndpointSettings Settings() => new(
        _topic,
        _groupId,
        Transport.GetConcurrentMessageLimit(),
        Transport.PrefetchCount,
        CheckpointInterval,
        AutoOffsetReset,
        SessionTimeout,
        PartitionAssignmentStrategy,
        DrainTimeout,
        FetchWait,
        FetchLeastBytes,
        DeadLetterTopic,
        new RetryPolicy(_retry, _isTransient, _maxTransientInterval),
        _handleUnreadable);

    public override ReceiveEndpointContext CreateReceiveEndpointContext()
    {
        ApplySpecifications(new ReceiveEndpointBuilder(this));
        return new KafkaReceiveEndpointContext(_bus, this);
    }
}
