using Seckill.Faults;

namespace Seckill.Admission.Stock;

/// <summary>The Redis participant with the fault points around its calls.</summary>
sealed class StockFaults(IStockParticipant stock, FaultPoints faults) : IStockParticipant
{
    public Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken = default)
        => AroundAsync(KnownPoints.BeforeRedisPrepare, KnownPoints.RedisPrepareReply, reservation, stock.PrepareAsync, cancellationToken);

    public Task<CommitOutcome> CommitAsync(StockReservation reservation, CancellationToken cancellationToken = default)
        => AroundAsync(KnownPoints.BeforeRedisCommit, KnownPoints.RedisCommitReply, reservation, stock.CommitAsync, cancellationToken);

    public Task<ReleaseOutcome> ReleaseAsync(StockReservation reservation, CancellationToken cancellationToken = default)
        => AroundAsync(KnownPoints.BeforeRedisRelease, KnownPoints.RedisReleaseReply, reservation, stock.ReleaseAsync, cancellationToken);

    async Task<T> AroundAsync<T>(
        FaultPoint before, FaultPoint after, StockReservation reservation, Func<StockReservation, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken)
    {
        await faults.PassAsync(before, reservation.OrderId, reservation.BuyerId, cancellationToken).ConfigureAwait(false);
        var outcome = await call(reservation, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(after, reservation.OrderId, reservation.BuyerId, cancellationToken).ConfigureAwait(false);
        return outcome;
    }
}
