using System.Collections.Concurrent;

using Seckill.Admission.Locking;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Kafka;
using Seckill.Payments;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>Redis as the machine sees it: remembers each order's record, and can be told what to answer.</summary>
sealed class RecordingStock : IStockParticipant
{
    readonly ConcurrentDictionary<Guid, string> _records = new();

    public PrepareOutcome? NextPrepare { get; set; }

    public CommitOutcome? NextCommit { get; set; }

    /// <summary>What the next calls throw, whichever they are; null when they work.</summary>
    public Func<Exception>? Failure { get; set; }

    /// <summary>What the next commits throw; null when they work.</summary>
    public Func<Exception>? CommitFailure { get; set; }

    public string? RecordOf(Guid orderId) => _records.GetValueOrDefault(orderId);

    public Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        if (Failure is { } failure)
            return Task.FromException<PrepareOutcome>(failure());

        if (NextPrepare is { } told)
            return Task.FromResult(told);

        _records[reservation.OrderId] = "prepared";
        return Task.FromResult(PrepareOutcome.Prepared);
    }

    public Task<CommitOutcome> CommitAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        if ((Failure ?? CommitFailure) is { } failure)
            return Task.FromException<CommitOutcome>(failure());

        if (NextCommit is { } told)
            return Task.FromResult(told);

        var repeated = _records.TryGetValue(reservation.OrderId, out var record) && record == "committed";
        _records[reservation.OrderId] = "committed";
        return Task.FromResult(repeated ? CommitOutcome.Repeated : CommitOutcome.Committed);
    }

    public Task<ReleaseOutcome> ReleaseAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        if (Failure is { } failure)
            return Task.FromException<ReleaseOutcome>(failure());

        var repeated = _records.TryGetValue(reservation.OrderId, out var record) && record == "released";
        _records[reservation.OrderId] = "released";
        return Task.FromResult(repeated ? ReleaseOutcome.Repeated : ReleaseOutcome.Released);
    }
}

/// <summary>A lock within this process, with fencing tokens that rise.</summary>
sealed class ProcessLocks : IDistributedLock
{
    readonly ConcurrentDictionary<string, long> _held = new();
    long _lastToken;

    public Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
    {
        var token = Interlocked.Increment(ref _lastToken);
        return Task.FromResult<ILockLease?>(_held.TryAdd(resource, token) ? new Lease(this, resource, token, DateTimeOffset.UtcNow + expiry) : null);
    }

    sealed class Lease(ProcessLocks locks, string resource, long token, DateTimeOffset validUntil) : ILockLease
    {
        public string Resource => resource;

        public long FencingToken => token;

        public DateTimeOffset ValidUntil => validUntil;

        public Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default) => Task.FromResult(true);

        public ValueTask DisposeAsync()
        {
            locks._held.TryRemove(KeyValuePair.Create(resource, token));
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Collects what is published.</summary>
sealed class RecordingNews : IOrderStatusPublisher
{
    int _refused;

    public ConcurrentQueue<OrderStatusChanged> Orders { get; } = new();

    /// <summary>Whether nothing can be published.</summary>
    public bool IsAway { get; set; }

    /// <summary>What was not published for that.</summary>
    public int Refused => _refused;

    public Task PublishAsync(OrderStatusChanged message, CancellationToken cancellationToken = default)
    {
        if (IsAway)
        {
            Interlocked.Increment(ref _refused);
            throw new KafkaUnavailableException(TopicNames.OrderResults, "_TRANSPORT", "Kafka is away");
        }

        Orders.Enqueue(message);
        return Task.CompletedTask;
    }
}

/// <summary>A payment provider that remembers what it gave back.</summary>
sealed class RecordingPayments : IPaymentProvider
{
    public ConcurrentQueue<(string PaymentId, long AmountCents)> Refunds { get; } = new();

    public Task<PaymentSession> CreateAsync(Guid orderId, long amountCents, CancellationToken cancellationToken = default)
        => throw new NotSupportedException("The transaction opens no payments");

    public PaymentNotification? ReadCallback(ReadOnlySpan<byte> body, string? signature)
        => throw new NotSupportedException("The transaction reads no callbacks");

    public Task RefundAsync(string paymentId, Guid orderId, long amountCents, CancellationToken cancellationToken = default)
    {
        Refunds.Enqueue((paymentId, amountCents));
        return Task.CompletedTask;
    }
}
