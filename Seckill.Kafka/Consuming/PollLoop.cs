using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Kafka.Configuration;
using Seckill.Kafka.Health;

namespace Seckill.Kafka.Consuming;

/// <summary>
/// Reads a topic on a thread of its own, on which the client also calls back about partitions. Offsets are stored only up to the last record
/// below which everything is done; the client commits what is stored, at intervals and when a partition moves away.
/// </summary>
sealed class PollLoop
{
    static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan HousekeepingInterval = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan CapacityPatience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(1);

    readonly EndpointSettings _settings;
    readonly KafkaRiderSettings _rider;
    readonly RecordDispatcher _dispatcher;
    readonly BrokerWatch _watch;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Dictionary<TopicPartition, PartitionProgress> _partitions = [];
    long _lastHousekeeping;
    bool _isHousekeepingDue = true;
    bool _isFull;
    bool _pausedByCommand;
    volatile bool _isPaused;
    volatile int _assigned;
    IReadOnlyDictionary<int, long> _lags = new Dictionary<int, long>();
    long _fetched;
    long _fetchedByClient;

    public PollLoop(EndpointSettings settings, KafkaRiderSettings rider, RecordDispatcher dispatcher, BrokerWatch watch, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _rider = rider;
        _dispatcher = dispatcher;
        _watch = watch;
        _time = time;
        _logger = logger;
    }

    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    public int AssignedPartitions => _assigned;

    public IReadOnlyDictionary<int, long> Lags => Volatile.Read(ref _lags);

    /// <summary>Records that came from brokers, as of a second ago, again each time that one came again.</summary>
    public long Fetched => Volatile.Read(ref _fetched);

    /// <summary>Called on the loop's thread when partitions were assigned.</summary>
    public Action? Assigned { get; set; }

    /// <summary>Reads until <paramref name="stopping"/>, then drains, commits and leaves the group. A consumer that fails for good is replaced.</summary>
    public void Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var consumer = Build();
                consumer.Subscribe(_settings.Topic);
                try
                {
                    while (!stopping.IsCancellationRequested)
                        Poll(consumer);
                }
                finally
                {
                    LetGo(consumer, [.. _partitions.Values]);
                    consumer.Close();
                }
            }
            catch (KafkaException exception)
            {
                _logger.LogError(exception, "Reading {Topic} for {Group} failed and begins anew", _settings.Topic, _settings.GroupId);
                stopping.WaitHandle.WaitOne(RestartDelay);
            }
        }
    }

    void Poll(IConsumer<byte[]?, byte[]?> consumer)
    {
        // Not polling costs nothing but that a rebalance and a stop wait for it. Pausing throws away what the client has fetched ahead, up to 32 MiB that are then fetched again: it is for
        // jams, in which nothing gets done, and lasts until much is.
        _isFull = !(_isFull ? _dispatcher.WaitForMuch(CapacityPatience) : _dispatcher.WaitForCapacity(CapacityPatience));
        if (_isFull || _isPaused != _pausedByCommand || _isHousekeepingDue || _time.GetElapsedTime(_lastHousekeeping) >= HousekeepingInterval)
        {
            StoreOffsets(consumer, _partitions.Values);
            PauseAndResume(consumer);
            // From its end: however long it took, there is time to read before the next.
            _lastHousekeeping = _time.GetTimestamp();
            _isHousekeepingDue = false;
        }

        ConsumeResult<byte[]?, byte[]?>? result;
        try
        {
            result = consumer.Consume(_isFull ? TimeSpan.Zero : PollTimeout);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // An unknown topic or an unreachable leader: the client tries on by itself.
            _logger.LogWarning("Reading {Topic} for {Group}: {Reason} ({Code})", _settings.Topic, _settings.GroupId, exception.Error.Reason, exception.Error.Code);
            return;
        }

        if (result is null || result.IsPartitionEOF || !_partitions.TryGetValue(result.TopicPartition, out var partition))
            return;
        _watch.OnAnswer();
        _dispatcher.Add(partition, result);
        // Thousands of records may pass before the next housekeeping would notice.
        if (!partition.IsPaused && IsTooFarAhead(partition))
            _isHousekeepingDue = true;
    }

    void StoreOffsets(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<PartitionProgress> partitions)
    {
        var offsets = _dispatcher.TakeOffsets(partitions);
        if (offsets.Count == 0)
            return;

        try
        {
            _rider.Interceptor?.BeforeOffsetStore(_settings.Topic);
            foreach (var offset in offsets)
                consumer.StoreOffset(offset);
            _rider.Interceptor?.AfterOffsetStore(_settings.Topic);
        }
        catch (Exception exception) when (exception is not KafkaException)
        {
            throw new KafkaException(new Error(ErrorCode.Local_State, exception.Message), exception);
        }
    }

    void PauseAndResume(IConsumer<byte[]?, byte[]?> consumer)
    {
        foreach (var partition in _partitions.Values)
        {
            var shouldPause = _isPaused || _isFull || IsTooFarAhead(partition);
            if (partition.IsPaused == shouldPause)
                continue;
            if (shouldPause)
                consumer.Pause([partition.TopicPartition]);
            else
                consumer.Resume([partition.TopicPartition]);
            partition.IsPaused = shouldPause;
        }

        _pausedByCommand = _isPaused;
    }

    /// <summary>One record that does not get done must not let its partition run ahead without bounds: all that would be repeated.</summary>
    bool IsTooFarAhead(PartitionProgress partition)
    {
        var limit = partition.IsPaused ? _settings.PrefetchCount / 2 : _settings.PrefetchCount;
        return _dispatcher.AheadOf(partition) > limit;
    }

    IConsumer<byte[]?, byte[]?> Build()
    {
        // A client counts from nothing.
        _fetchedByClient = 0;
        var config = _rider.Configure(new ConsumerConfig
        {
            GroupId = _settings.GroupId,
            AutoOffsetReset = _settings.AutoOffsetReset,
            EnableAutoOffsetStore = false,
            EnableAutoCommit = true,
            AutoCommitIntervalMs = (int)_settings.CheckpointInterval.TotalMilliseconds,
            SessionTimeoutMs = (int)_settings.SessionTimeout.TotalMilliseconds,
            // Members learn of a rebalance with a heartbeat, and while they have not, partitions that are to move stand still.
            HeartbeatIntervalMs = (int)Math.Min(_settings.SessionTimeout.TotalMilliseconds / 3, LongestHeartbeat.TotalMilliseconds),
            PartitionAssignmentStrategy = _settings.AssignmentStrategy,
            // Ahead of us the client reads up to this much. The bound is generous, because at it the client rests from fetching for a second.
            QueuedMaxMessagesKbytes = 32 * 1024,
            FetchWaitMaxMs = (int)_settings.FetchWait.TotalMilliseconds,
            FetchMinBytes = _settings.FetchLeastBytes,
            AllowAutoCreateTopics = true,
            TopicMetadataRefreshIntervalMs = 30_000,
            ReconnectBackoffMaxMs = 1000,
            StatisticsIntervalMs = 1000,
        });
        return new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((consumer, partitions) => LetGo(consumer, Find(partitions)))
            .SetPartitionsLostHandler((consumer, partitions) => OnLost(consumer, Find(partitions)))
            .SetOffsetsCommittedHandler((_, committed) => OnCommitted(committed))
            .SetErrorHandler((_, error) => _watch.OnError(error))
            .SetStatisticsHandler((_, json) => OnStatistics(json))
            .SetLogHandler((_, message) => KafkaLog.Write(_logger, message))
            .Build();
    }

    void OnStatistics(string json)
    {
        var (lags, fetched) = _watch.OnStatistics(json, PositionOf);
        Volatile.Write(ref _lags, lags);
        // The client counts those of partitions that it knows at the moment: its number may fall, and ours must not.
        Volatile.Write(ref _fetched, _fetched + Math.Max(0, fetched - _fetchedByClient));
        _fetchedByClient = fetched;
    }

    long? PositionOf(string topic, int partition)
        => _partitions.TryGetValue(new TopicPartition(topic, partition), out var progress) ? _dispatcher.PositionOf(progress) : null;

    void OnAssigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _partitions[partition] = new PartitionProgress(partition);
        _assigned = _partitions.Count;
        _isHousekeepingDue = true;
        _logger.LogInformation("{Group} reads {Partitions}", _settings.GroupId, string.Join(' ', _partitions.Keys));
        Assigned?.Invoke();
    }

    /// <summary>Finishes what is being handled, up to the time-out, and stores how far that went; the client commits it.</summary>
    void LetGo(IConsumer<byte[]?, byte[]?> consumer, PartitionProgress[] partitions)
    {
        if (partitions.Length == 0)
            return;
        _dispatcher.Leave(partitions);
        if (!_dispatcher.Drain(partitions, _settings.DrainTimeout))
        {
            _logger.LogWarning("Records of {Topic} were still being handled after {Timeout} and will be repeated", _settings.Topic, _settings.DrainTimeout);
            _dispatcher.Cancel(partitions);
        }

        try
        {
            StoreOffsets(consumer, partitions);
        }
        finally
        {
            Forget(consumer, partitions);
        }
    }

    /// <summary>The group gave the partitions to somebody else already: what is being handled here is being repeated there.</summary>
    void OnLost(IConsumer<byte[]?, byte[]?> consumer, PartitionProgress[] partitions)
    {
        _logger.LogWarning("{Group} lost {Partitions}", _settings.GroupId, string.Join(' ', partitions.Select(partition => partition.TopicPartition)));
        _dispatcher.Leave(partitions);
        _dispatcher.Cancel(partitions);
        Forget(consumer, partitions);
    }

    void Forget(IConsumer<byte[]?, byte[]?> consumer, PartitionProgress[] partitions)
    {
        // The client keeps a pause beyond the assignment. (And it must be told to resume only what it paused: any call makes it fetch anew
        // from a position that may lie before records it has handed out.)
        var paused = partitions.Where(partition => partition.IsPaused).Select(partition => partition.TopicPartition).ToList();
        if (paused.Count > 0)
            consumer.Resume(paused);
        foreach (var partition in partitions)
        {
            _partitions.Remove(partition.TopicPartition);
            partition.Dispose();
        }

        _assigned = _partitions.Count;
    }

    PartitionProgress[] Find(List<TopicPartitionOffset> partitions) =>
        [.. partitions.Select(partition => _partitions.GetValueOrDefault(partition.TopicPartition)).OfType<PartitionProgress>()];

    void OnCommitted(CommittedOffsets committed)
    {
        if (committed.Error.IsError)
            _logger.LogWarning("Offsets of {Topic} for {Group} were not committed: {Reason}", _settings.Topic, _settings.GroupId, committed.Error.Reason);
    }
}
