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

    /// <summary>How much longer than a record's own time a producer that failed is given to report each of its records.</summary>
    static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(10);

    readonly KafkaRiderSettings _settings;
    readonly ILogger _logger;
    readonly BrokerWatch _watch;
    readonly Lock _lock = new();
    IProducer<byte[]?, byte[]?> _producer;
    bool _disposed;

    public KafkaProducerClient(KafkaRiderSettings settings, TimeProvider time, ILogger<KafkaProducerClient> logger)
    {
        _settings = settings;
        _logger = logger;
        _watch = new BrokerWatch(time);
        _producer = Build();
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
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Volatile.Read(ref _producer).Produce(topic, record, report => Confirm(topic, report, confirmed));
        }
        catch (KafkaException exception)
        {
            KafkaInstruments.ProduceFailed(topic);
            return Task.FromException(Failure(topic, exception.Error, exception));
        }
        catch (ObjectDisposedException exception)
        {
            return Task.FromException(Failure(topic, new Error(ErrorCode.Local_Destroy), exception));
        }

        return cancellationToken.CanBeCanceled ? confirmed.Task.WaitAsync(cancellationToken) : confirmed.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        Retire(_producer, FlushTimeout);
    }

    void Confirm(string topic, DeliveryReport<byte[]?, byte[]?> report, TaskCompletionSource confirmed)
    {
        if (report.Error.IsError)
        {
            KafkaInstruments.ProduceFailed(topic);
            confirmed.TrySetException(Failure(topic, report.Error, null));
            return;
        }

        _watch.OnAnswer();
        confirmed.TrySetResult();
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
            Partitioner = Partitioner.Murmur2Random,
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

    void Retire(IProducer<byte[]?, byte[]?> producer, TimeSpan atMost)
    {
        var left = producer.Flush(atMost);
        if (left > 0)
            _logger.LogWarning("{Count} records were not confirmed by Kafka before their producer was closed", left.ToString(CultureInfo.InvariantCulture));
        producer.Dispose();
    }
}
