using System.Globalization;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;
using Seckill.Kafka.Configuration;
using Seckill.Kafka.Health;

namespace Seckill.Kafka.Consuming;

/// <summary>A topic endpoint: MassTransit's receive transport on one side, the poll loop on the other.</summary>
sealed class KafkaEndpoint : IReceiveTransport, IKafkaEndpointControl
{
    readonly EndpointSettings _settings;
    readonly ReceiveEndpointContext _context;
    readonly TopicCreator _topics;
    readonly ILogger _logger;
    readonly BrokerWatch _watch;
    readonly RecordDispatcher _dispatcher;
    readonly PollLoop _loop;

    public KafkaEndpoint(
        EndpointSettings settings,
        KafkaRiderSettings rider,
        ReceiveEndpointContext context,
        IRecordHandler handler,
        TopicCreator topics,
        TimeProvider time,
        ILogger logger)
    {
        _settings = settings;
        _context = context;
        _topics = topics;
        _logger = logger;
        _watch = new BrokerWatch(time);
        _dispatcher = new RecordDispatcher(handler, settings.ConcurrentMessageLimit, settings.PrefetchCount, logger);
        _loop = new PollLoop(settings, rider, _dispatcher, _watch, time, logger) { Assigned = OnAssigned };
        ReceiveEndpoint = new ReceiveEndpoint(this, context);
    }

    /// <summary>The endpoint as the bus knows it.</summary>
    public ReceiveEndpoint ReceiveEndpoint { get; }

    public string Topic => _settings.Topic;

    public string DeadLetterTopic => _settings.DeadLetterTopic;

    public string GroupId => _settings.GroupId;

    public bool IsPaused => _loop.IsPaused;

    public int AssignedPartitions => _loop.AssignedPartitions;

    public int InFlight => _dispatcher.InFlight;

    public IReadOnlyDictionary<int, long> Lags => _loop.Lags;

    public long Fetched => _loop.Fetched;

    public void Pause() => _loop.IsPaused = true;

    public void Resume() => _loop.IsPaused = false;

    /// <summary>Unhealthy while no broker answers. A member of a group may well have no partition, so that is healthy.</summary>
    public EndpointHealthResult CheckHealth() => _watch.Reachability switch
    {
        KafkaReachability.Reachable => EndpointHealthResult.Healthy(ReceiveEndpoint, IsPaused ? "paused" : "ready"),
        KafkaReachability.Unknown => EndpointHealthResult.Unhealthy(ReceiveEndpoint, "connecting", null),
        _ => EndpointHealthResult.Unhealthy(
            ReceiveEndpoint, string.Create(CultureInfo.InvariantCulture, $"no broker answers since {_watch.Since:O}: {_watch.LastError}"), null),
    };

    public ReceiveTransportHandle Start() => new Handle(this);

    public ConnectHandle ConnectReceiveObserver(IReceiveObserver observer) => _context.ConnectReceiveObserver(observer);

    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => _context.ConnectPublishObserver(observer);

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => _context.ConnectSendObserver(observer);

    public ConnectHandle ConnectReceiveTransportObserver(IReceiveTransportObserver observer) => _context.ConnectReceiveTransportObserver(observer);

    public void Probe(ProbeContext context)
    {
        var scope = context.CreateScope("kafka");
        scope.Add("topic", Topic);
        scope.Add("groupId", GroupId);
    }

    void OnAssigned() => _ = _context.TransportObservers.NotifyReady(_context.InputAddress);

    async Task Run(CancellationToken stopping)
    {
        try
        {
            await _context.DependenciesReady.WaitAsync(stopping).ConfigureAwait(false);
            // A group that subscribes to a topic which does not exist yet would not see it for minutes.
            await _topics.Created.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                _loop.Run(stopping);
                ended.SetResult();
            }
            catch (Exception exception)
            {
                _logger.LogCritical(exception, "Reading {Topic} for {Group} ended", Topic, GroupId);
                ended.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = $"kafka {Topic}",
        };
        thread.Start();
        await ended.Task.ConfigureAwait(false);
    }

    sealed class Handle : ReceiveTransportHandle, IDisposable
    {
        readonly CancellationTokenSource _stopping = new();
        readonly Task _running;

        public Handle(KafkaEndpoint endpoint) => _running = Task.Run(() => endpoint.Run(_stopping.Token));

        public async Task Stop(CancellationToken cancellationToken = default)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
            Dispose();
        }

        public void Dispose() => _stopping.Dispose();
    }
}
