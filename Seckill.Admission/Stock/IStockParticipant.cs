using Seckill.Contracts;

namespace Seckill.Admission.Stock;

/// <summary>The Redis side of the two-phase commit. Every call is idempotent by order id and may be repeated after an unknown outcome.</summary>
public interface IStockParticipant
{
    /// <summary>Marks the order's reservation prepared; reserves again when there is none.</summary>
    /// <exception cref="StockNotReadyException">The activity is not warmed up, or is being rebuilt: try again later.</exception>
    /// <exception cref="StackExchange.Redis.RedisException">Redis did not answer: the outcome is unknown, repeat the call.</exception>
    /// <exception cref="TimeoutException">Redis did not answer in time: as above.</exception>
    Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken = default);

    /// <summary>Turns the reservation into a sale.</summary>
    /// <inheritdoc cref="PrepareAsync" path="/exception"/>
    Task<CommitOutcome> CommitAsync(StockReservation reservation, CancellationToken cancellationToken = default);

    /// <summary>Gives the units back, and leaves a tombstone that refuses a late prepare or commit.</summary>
    /// <inheritdoc cref="PrepareAsync" path="/exception"/>
    Task<ReleaseOutcome> ReleaseAsync(StockReservation reservation, CancellationToken cancellationToken = default);
}

/// <summary>What a participant needs to know of an order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="ActivityId">Its activity.</param>
/// <param name="SkuId">Its SKU.</param>
/// <param name="BuyerId">Its buyer.</param>
/// <param name="Quantity">Its units.</param>
/// <param name="UnitPriceCents">Price of one unit, in cents.</param>
/// <param name="AdmittedAt">When it was admitted.</param>
/// <param name="PaymentWindowSeconds">How long the buyer has to pay.</param>
/// <param name="IdempotencyKey">The buyer's key, if any.</param>
public sealed record StockReservation(
    Guid OrderId, long ActivityId, long SkuId, string BuyerId, int Quantity, long UnitPriceCents, DateTimeOffset AdmittedAt,
    int PaymentWindowSeconds, string? IdempotencyKey)
{
    /// <summary>The reservation of an order that was admitted.</summary>
    public static StockReservation Of(SeckillRequested order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new StockReservation(order.OrderId, order.ActivityId, order.SkuId, order.BuyerId, order.Quantity, order.UnitPriceCents,
            order.AdmittedAt, order.PaymentWindowSeconds, order.IdempotencyKey);
    }
}

/// <summary>What became of a prepare.</summary>
public enum PrepareOutcome
{
    /// <summary>Prepared now.</summary>
    Prepared,

    /// <summary>Prepared by an earlier call.</summary>
    Repeated,

    /// <summary>There was no reservation (Redis had lost it); one was made and prepared.</summary>
    ReservedAgain,

    /// <summary>Committed already by an earlier call.</summary>
    Committed,

    /// <summary>Refused: a release came first.</summary>
    Released,

    /// <summary>Refused: there was no reservation, and no stock for a new one.</summary>
    SoldOut,

    /// <summary>Refused: there was no reservation, and a new one would pass the buyer's limit.</summary>
    LimitReached,
}

/// <summary>What became of a commit.</summary>
public enum CommitOutcome
{
    /// <summary>Committed now.</summary>
    Committed,

    /// <summary>Committed by an earlier call.</summary>
    Repeated,

    /// <summary>There was no reservation (Redis had lost it); the units were taken anew.</summary>
    TakenAgain,

    /// <summary>Refused: a release came first.</summary>
    Released,

    /// <summary>Refused: there was no reservation, and no stock.</summary>
    SoldOut,

    /// <summary>Refused: there was no reservation, and a new one would pass the buyer's limit.</summary>
    LimitReached,
}

/// <summary>What became of a release.</summary>
public enum ReleaseOutcome
{
    /// <summary>Released now: the units went back.</summary>
    Released,

    /// <summary>Released by an earlier call.</summary>
    Repeated,

    /// <summary>There was nothing to release; a tombstone was left.</summary>
    Empty,
}
