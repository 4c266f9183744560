using MassTransit;

using Seckill.Admission.Stock;
using Seckill.Contracts;

namespace Seckill.Sagas.Transactions;

/// <summary>The transaction of one order: a row of table <c>order_transaction</c>, keyed by order id.</summary>
public sealed class OrderTransactionState : SagaStateMachineInstance
{
    /// <summary>The order id.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>The state, by name. Durable only when it equals <see cref="StoredState"/>.</summary>
    public string CurrentState { get; set; } = "";

    /// <summary>The state that MySQL holds; null before the first write.</summary>
    public string? StoredState { get; set; }

    /// <summary>Counts the writes of this row; a write that expects another version changes nothing.</summary>
    public int RowVersion { get; set; }

    /// <summary>The fencing token of the lock under which the row was last written, or will be next.</summary>
    public long FencingToken { get; set; }

    /// <summary>The fencing token in the stored row; 0 before the first write.</summary>
    public long StoredFencingToken { get; set; }

    /// <summary>The activity.</summary>
    public long ActivityId { get; set; }

    /// <summary>The SKU.</summary>
    public long SkuId { get; set; }

    /// <summary>The buyer.</summary>
    public string BuyerId { get; set; } = "";

    /// <summary>Units.</summary>
    public int Quantity { get; set; }

    /// <summary>Price of one unit, in cents.</summary>
    public long UnitPriceCents { get; set; }

    /// <summary>How long the buyer has to pay, from the commit on, in seconds.</summary>
    public int PaymentWindowSeconds { get; set; }

    /// <summary>The buyer's idempotency key, if any.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>How often recovery had to take the transaction up again.</summary>
    public int RetryCount { get; set; }

    /// <summary>The last fault, for operators.</summary>
    public string? LastError { get; set; }

    /// <summary>Why it was rolled back or cancelled: one of <see cref="RefusalReasons"/>.</summary>
    public string? Reason { get; set; }

    /// <summary>The payment that was kept, or is being refunded.</summary>
    public string? PaymentId { get; set; }

    /// <summary>What that payment was, in cents; null also where a version that did not write it down took the payment.</summary>
    public long? PaidCents { get; set; }

    /// <summary>When the order was admitted.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When both participants had prepared.</summary>
    public DateTimeOffset? PreparedAt { get; set; }

    /// <summary>When it was committed or rolled back.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>When the clock has something to do with it: see docs/architecture.md.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The lock under which a message is being handled; null where none is. It is not stored.</summary>
    internal TransactionGuard? Guard { get; set; }

    /// <summary>What the order costs in all, in cents.</summary>
    public long AmountCents => UnitPriceCents * Quantity;

    /// <summary>What the participants need to know.</summary>
    public StockReservation Reservation => new(
        CorrelationId, ActivityId, SkuId, BuyerId, Quantity, UnitPriceCents, CreatedAt, PaymentWindowSeconds, IdempotencyKey);

    /// <summary>The instance that a <see cref="SeckillRequested"/> begins.</summary>
    public static OrderTransactionState Begin(SeckillRequested message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new OrderTransactionState
        {
            CorrelationId = message.OrderId,
            CurrentState = TransactionStates.Initial,
            ActivityId = message.ActivityId,
            SkuId = message.SkuId,
            BuyerId = message.BuyerId,
            Quantity = message.Quantity,
            UnitPriceCents = message.UnitPriceCents,
            PaymentWindowSeconds = message.PaymentWindowSeconds,
            IdempotencyKey = message.IdempotencyKey,
            CreatedAt = message.AdmittedAt,
        };
    }

    /// <summary>The request that began it.</summary>
    public SeckillRequested ToRequest() => new()
    {
        OrderId = CorrelationId,
        ActivityId = ActivityId,
        SkuId = SkuId,
        BuyerId = BuyerId,
        Quantity = Quantity,
        UnitPriceCents = UnitPriceCents,
        AdmittedAt = CreatedAt,
        PaymentWindowSeconds = PaymentWindowSeconds,
        IdempotencyKey = IdempotencyKey,
    };
}
