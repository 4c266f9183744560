using Microsoft.Extensions.Options;

using Seckill.Admission.Stock;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Calls of the Redis participant under the retry policy of a step.</summary>
sealed class ParticipantCalls(IStockParticipant stock, IOptions<TransactionOptions> options)
{
    readonly TransactionOptions _options = options.Value;

    public Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken)
        => StepAsync(() => stock.PrepareAsync(reservation, cancellationToken), cancellationToken);

    public Task<CommitOutcome> CommitAsync(StockReservation reservation, CancellationToken cancellationToken)
        => StepAsync(() => stock.CommitAsync(reservation, cancellationToken), cancellationToken);

    public Task<ReleaseOutcome> ReleaseAsync(StockReservation reservation, CancellationToken cancellationToken)
        => StepAsync(() => stock.ReleaseAsync(reservation, cancellationToken), cancellationToken);

    Task<T> StepAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => Retry.StepAsync(
        call, TransientFaults.IsTransient, _options.RetryMaxAttempts, TimeSpan.FromMilliseconds(_options.RetryFirstDelayMilliseconds),
        _options.RetryBackoffFactor, cancellationToken);
}
