namespace Seckill.Kafka.Producing;

/// <summary>
/// Records of a topic on their way to the client: one at once where none is unconfirmed, else together with whatever comes until those before are confirmed. A lone record waits
/// for nobody. An idempotent producer makes no request for a partition that has five records unconfirmed (librdkafka, <c>rd_kafka_toppar_producer_serve</c>), and for as long as some are due its
/// thread asks over and over whether it may: so records come to it when it can send them. Those of one partition must not hold up the others for long: after
/// <see cref="LongestWait"/> the next record takes all along, or <see cref="SendOverdue"/> does.
/// </summary>
/// <param name="send">Hands a burst's records to the client, and never throws. <see cref="Burst.Done"/> is called for each of them once.</param>
/// <param name="time">The clock.</param>
sealed class RecordBursts<TRecord>(Action<RecordBursts<TRecord>.Burst> send, TimeProvider time)
{
    /// <summary>How long a burst's confirmations are waited for.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    readonly Lock _gate = new();
    List<TRecord> _waiting = [];
    Burst? _latest;

    /// <summary>Takes a record.</summary>
    public void Add(TRecord record)
    {
        Burst burst;
        lock (_gate)
        {
            _waiting.Add(record);
            if (!IsOver(_latest))
                return;

            burst = Begin();
        }

        send(burst);
    }

    /// <summary>Sends what has waited for long, for a burst that nobody may answer for any more, while no record came that would have taken it along.</summary>
    public void SendOverdue()
    {
        Burst burst;
        lock (_gate)
        {
            if (_waiting.Count == 0 || !IsOver(_latest))
                return;

            burst = Begin();
        }

        send(burst);
    }

    bool IsOver(Burst? burst) => burst is not { Unconfirmed: > 0 } || time.GetElapsedTime(burst.Since) >= LongestWait;

    Burst Begin()
    {
        var records = _waiting;
        _waiting = [];
        return _latest = new Burst(this, records, time.GetTimestamp());
    }

    void Done(Burst burst)
    {
        Burst next;
        lock (_gate)
        {
            // Only the latest is waited for: one whose records nobody answers for any more holds nothing up.
            if (--burst.Unconfirmed > 0 || burst != _latest || _waiting.Count == 0)
                return;

            next = Begin();
        }

        send(next);
    }

    /// <summary>Records that go together.</summary>
    internal sealed class Burst(RecordBursts<TRecord> owner, List<TRecord> records, long since)
    {
        /// <summary>The records.</summary>
        public IReadOnlyList<TRecord> Records => records;

        /// <summary>Since when.</summary>
        public long Since => since;

        /// <summary>How many are not done.</summary>
        public int Unconfirmed { get; set; } = records.Count;

        /// <summary>A record of the burst was confirmed, or will not be.</summary>
        public void Done() => owner.Done(this);
    }
}
