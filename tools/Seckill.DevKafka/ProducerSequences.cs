namespace Seckill.DevKafka;

/// <summary>
/// What a partition knows of each idempotent producer, so that a batch that is sent again is not stored again: its epoch, and its last five batches, which is as many as a
/// client may have in flight. A producer that nobody knows (all was lost) may begin with any number. Not thread-safe.
/// </summary>
sealed class ProducerSequences
{
    /// <summary>Kafka's ProducerStateEntry.NUM_BATCHES_TO_RETAIN.</summary>
    const int Remembered = 5;

    readonly Dictionary<long, Producer> _producers = [];

    /// <summary>Whether a batch comes next; or where it is, when it has been stored already; or what is wrong with it.</summary>
    public (KafkaError Error, long? StoredAt) Check(long id, short epoch, int sequence, int count)
    {
        if (id < 0 || !_producers.TryGetValue(id, out var producer))
            return (KafkaError.None, null);
        if (epoch < producer.Epoch)
            return (KafkaError.InvalidProducerEpoch, null);
        if (epoch > producer.Epoch)
            return (sequence == 0 ? KafkaError.None : KafkaError.OutOfOrderSequence, null);

        foreach (var batch in producer.Batches)
        {
            if (batch.Sequence == sequence && batch.Count == count)
                return (KafkaError.None, batch.BaseOffset);
        }

        return (sequence == producer.Next ? KafkaError.None : KafkaError.OutOfOrderSequence, null);
    }

    /// <summary>A batch that came next was stored.</summary>
    public void Add(long id, short epoch, int sequence, int count, long baseOffset)
    {
        if (id < 0)
            return;
        if (!_producers.TryGetValue(id, out var producer) || producer.Epoch != epoch)
            _producers[id] = producer = new Producer(epoch);
        if (producer.Batches.Count == Remembered)
            producer.Batches.Dequeue();
        producer.Batches.Enqueue((sequence, count, baseOffset));
        // Numbers begin anew behind the largest.
        producer.Next = (int)(((long)sequence + count) & int.MaxValue);
    }

    sealed class Producer(short epoch)
    {
        public short Epoch { get; } = epoch;

        public int Next { get; set; }

        public Queue<(int Sequence, int Count, long BaseOffset)> Batches { get; } = new(Remembered);
    }
}
