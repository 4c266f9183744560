using System.Text.Json;
using Confluent.Kafka;

namespace Seckill.Kafka.Health;

/// <summary>
/// Follows the connections of one client. The client reports when its last broker went away, but not when one came back; that shows in its
/// statistics, once a second, and earlier in a confirmed delivery.
/// </summary>
sealed class BrokerWatch(TimeProvider time) : IKafkaHealth
{
    readonly Lock _lock = new();
    State _state = new(KafkaReachability.Unknown, time.GetUtcNow());
    volatile string? _lastError;

    public KafkaReachability Reachability => Volatile.Read(ref _state).Reachability;

    public DateTimeOffset Since => Volatile.Read(ref _state).Since;

    public string? LastError => _lastError;

    public void OnError(Error error)
    {
        _lastError = $"{error.Reason} ({error.Code})";
        if (error.Code == ErrorCode.Local_AllBrokersDown)
            Become(KafkaReachability.Unreachable);
    }

    public void OnAnswer() => Become(KafkaReachability.Reachable);

    /// <summary>Reads the state of the connections; returns what a consumer's reading comes to.</summary>
    /// <param name="json">The statistics.</param>
    /// <param name="positionOf">Up to where a topic's partition is done with; null where nothing was read.</param>
    public ReadStatistics OnStatistics(string json, Func<string, int, long?>? positionOf = null)
    {
        using var statistics = JsonDocument.Parse(json);
        if (statistics.RootElement.TryGetProperty("brokers", out var brokers))
        {
            var connected = brokers.EnumerateObject().Any(broker => broker.Value.GetProperty("state").GetString() is "UP" or "UPDATE");
            // A broker that has not been tried yet tells nothing.
            if (connected)
                Become(KafkaReachability.Reachable);
            else if (Reachability == KafkaReachability.Reachable)
                Become(KafkaReachability.Unreachable);
        }

        var fetched = statistics.RootElement.TryGetProperty("rxmsgs", out var received) ? received.GetInt64() : 0;
        return new ReadStatistics(Lags(statistics.RootElement, positionOf ?? ((_, _) => null)), fetched);
    }

    static Dictionary<int, long> Lags(JsonElement statistics, Func<string, int, long?> positionOf)
    {
        if (!statistics.TryGetProperty("topics", out var topics))
            return [];
        // A consumer of ours reads one topic.
        return topics.EnumerateObject()
            .SelectMany(topic => topic.Value.GetProperty("partitions").EnumerateObject(), (topic, partition) => (Topic: topic.Name, partition.Value))
            .Where(partition => IsRead(partition.Value))
            .ToDictionary(partition => Number(partition.Value), partition => Lag(partition.Value, number => positionOf(partition.Topic, number)));
    }

    static int Number(JsonElement partition) => partition.GetProperty("partition").GetInt32();

    /// <summary>A partition that went to another member stays in the statistics with its last lag, which is that member's to report now.</summary>
    static bool IsRead(JsonElement partition) => partition.TryGetProperty("fetch_state", out var state) && state.GetString() == "active";

    /// <summary>A group that has never committed has no lag for the client, however many records wait for their first attempt to succeed.</summary>
    static long Lag(JsonElement partition, Func<int, long?> positionOf)
    {
        if (partition.TryGetProperty("consumer_lag", out var lag) && lag.GetInt64() >= 0)
            return lag.GetInt64();
        return partition.TryGetProperty("hi_offset", out var end) && positionOf(Number(partition)) is { } position
            ? Math.Max(0, end.GetInt64() - position)
            : 0;
    }

    void Become(KafkaReachability reachability)
    {
        if (Reachability == reachability)
            return;
        lock (_lock)
        {
            if (_state.Reachability != reachability)
                Volatile.Write(ref _state, new State(reachability, time.GetUtcNow()));
        }
    }

    sealed record State(KafkaReachability Reachability, DateTimeOffset Since);
}

/// <summary>What a client knows of its reading.</summary>
/// <param name="Lags">The consumer lag of each partition that is read.</param>
/// <param name="Fetched">Records that came from brokers since the client is there, again each time that one came again.</param>
sealed record ReadStatistics(IReadOnlyDictionary<int, long> Lags, long Fetched);
