using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Kafka.Configuration;
using Seckill.Kafka.Health;

namespace Seckill.Kafka.Producing;

/// <summary>
/// The one producer of a process, shared by all topics. An idempotent producer can fail for good (for instance when the cluster forgot it);
/// then a new one takes its place, and the records that the old one held are reported as unconfirmed.
/// </summary>
sealed class KafkaProducerClient : IDisposable
{
    static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How often it looks for records that nobody took along.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>How much longer than a record's own time a producer that failed is given to report each of its records.</summary>
    static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(10);

    readonly KafkaRiderSettings _settings;
    readonly ILogger _logger;
    readonly BrokerWatch _watch;
    readonly ConcurrentDictionary<string, RecordBursts<Unconfirmed>> _bursts = new();
    readonly TimeProvider _time;
    readonly ITimer _timer;
    readonly Lock _lock = new();
    IProducer<byte[]?, byte[]?> _producer;
    int _unconfirmed;
    bool _disposed;

    public KafkaProducerClient(KafkaRiderSettings settings, TimeProvider time, ILogger<KafkaProducerClient> logger)
    {
        _settings = settings;
        _logger = logger;
        _time = time;
        _watch = new BrokerWatch(time);
        _producer = Build();
        _timer = time.CreateTimer(static x => ((KafkaProducerClient)x!).SendOverdue(), this, Tick, Tick);
    }

    public IKafkaHealth Health => _watch;

    /// <summary>Hands a record to the client without ever blocking; completes with its confirmation.</summary>
    public Task Produce(string topic, Message<byte[]?, byte[]?> record, object? message, CancellationToken cancellationToken)
        => _settings.Interceptor is { } interceptor
            ? ProduceIntercepted(interceptor, topic, record, message, cancellationToken)
            : Produce(topic, record, cancellationToken);

    static async Task Intercept(string topic, ValueTask pass, CancellationToken cancellationToken)
    {
        try
        {
            await pass.ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KafkaUnavailableException(topic, nameof(ErrorCode.Local_TimedOut), exception.Message, exception);
        }
    }

    async Task ProduceIntercepted(
        IKafkaInterceptor interceptor, string topic, Message<byte[]?, byte[]?> record, object? message, CancellationToken cancellationToken)
    {
        await Intercept(topic, interceptor.BeforeProduceAsync(topic, message, cancellationToken), cancellationToken).ConfigureAwait(false);
        await Produce(topic, record, cancellationToken).ConfigureAwait(false);
        await Intercept(topic, interceptor.AfterProduceAsync(topic, message, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    Task Produce(string topic, Message<byte[]?, byte[]?> record, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _unconfirmed) > _settings.Producer.MaxQueuedRecords)
        {
            Interlocked.Decrement(ref _unconfirmed);
            KafkaInstruments.ProduceFailed(topic);
            return Task.FromException(Failure(topic, new Error(ErrorCode.Local_QueueFull), null));
        }

        var confirmed = new Unconfirmed(record);
        _bursts.GetOrAdd(topic, static (x, client) => new(burst => client.Send(x, burst), client._time), this).Add(confirmed);
        return cancellationToken.CanBeCanceled ? confirmed.Task.WaitAsync(cancellationToken) : confirmed.Task;
    }

    void Send(string topic, RecordBursts<Unconfirmed>.Burst burst)
    {
        var refused = 0;
        foreach (var record in burst.Records)
        {
            if (!TrySend(topic, record, burst))
                refused++;
        }

        for (; refused > 0; refused--)
            Done(burst);
    }

    void Done(RecordBursts<Unconfirmed>.Burst burst)
    {
        Interlocked.Decrement(ref _unconfirmed);
        burst.Done();
    }

    bool TrySend(string topic, Unconfirmed record, RecordBursts<Unconfirmed>.Burst burst)
    {
        try
        {
            Volatile.Read(ref _producer).Produce(topic, record.Record, report => Confirm(topic, report, record, burst));
            return true;
        }
        catch (KafkaException exception)
        {
            Refuse(topic, record, Failure(topic, exception.Error, exception));
        }
        catch (ObjectDisposedException exception)
        {
            Refuse(topic, record, Failure(topic, new Error(ErrorCode.Local_Destroy), exception));
        }

        return false;
    }

    static void Refuse(string topic, Unconfirmed record, KafkaProduceException failure)
    {
        KafkaInstruments.ProduceFailed(topic);
        record.TrySetException(failure);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _timer.Dispose();
        SendOverdue();
        Retire(_producer, FlushTimeout);
        // What waits behind records that were not confirmed by then is refused.
        SendOverdue();
    }

    void Confirm(string topic, DeliveryReport<byte[]?, byte[]?> report, Unconfirmed record, RecordBursts<Unconfirmed>.Burst burst)
    {
        if (report.Error.IsError)
        {
            Refuse(topic, record, Failure(topic, report.Error, null));
        }
        else
        {
            _watch.OnAnswer();
            record.TrySetResult();
        }

        Done(burst);
    }

    static KafkaProduceException Failure(string topic, Error error, Exception? cause) => IsOutage(error)
        ? new KafkaUnavailableException(topic, error.Code.ToString(), error.Reason, cause)
        : new KafkaProduceException(topic, error.Code.ToString(), error.Reason, cause);

    static bool IsOutage(Error error) => error.IsLocalError
        ? error.Code is not (ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.Local_InvalidArg)
        : error.Code is ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
            or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition;

    IProducer<byte[]?, byte[]?> Build()
    {
        var options = _settings.Producer;
        var config = _settings.Configure(new ProducerConfig
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = options.Linger.TotalMilliseconds,
            MessageTimeoutMs = (int)options.MessageTimeout.TotalMilliseconds,
            QueueBufferingMaxMessages = options.MaxQueuedRecords,
            CompressionType = options.Compression,
            // The partition of a key must be the one that Kafka's own clients choose.
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
            ReconnectBackoffMaxMs = 1000,
            StatisticsIntervalMs = 1000,
            // Whether it was confirmed is all that is asked: the record need not be copied out of the client again.
            DeliveryReportFields = "none",
        });
        return new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler(OnError)
            .SetStatisticsHandler((_, json) => _watch.OnStatistics(json))
            .SetLogHandler((_, message) => KafkaLog.Write(_logger, message))
            .Build();
    }

    void OnError(IProducer<byte[]?, byte[]?> producer, Error error)
    {
        _watch.OnError(error);
        if (!error.IsFatal)
            return;
        _logger.LogError("The Kafka producer failed for good and is replaced: {Reason} ({Code})", error.Reason, error.Code);
        lock (_lock)
        {
            if (_disposed || !ReferenceEquals(producer, _producer))
                return;
            _producer = Build();
        }

        // Retiring waits for the client's own thread, which is the one that runs this handler.
        // A record that is never confirmed is reported when its time is up, and no longer once the client is closed: nobody must wait for it for ever.
        _ = Task.Run(() => Retire(producer, _settings.Producer.MessageTimeout + ReportTimeout));
    }

    void SendOverdue()
    {
        foreach (var bursts in _bursts.Values)
            bursts.SendOverdue();
    }

    void Retire(IProducer<byte[]?, byte[]?> producer, TimeSpan atMost)
    {
        var left = producer.Flush(atMost);
        Interlocked.Add(ref _unconfirmed, -left);
        if (left > 0)
            _logger.LogWarning("{Count} records were not confirmed by Kafka before their producer was closed", left.ToString(CultureInfo.InvariantCulture));
        producer.Dispose();
    }

    /// <summary>A record, and who waits for its confirmation.</summary>
    sealed class Unconfirmed(Message<byte[]?, byte[]?> record) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Message<byte[]?, byte[]?> Record => record;
    }
}
