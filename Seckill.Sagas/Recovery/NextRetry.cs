using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Recovery;

/// <summary>
/// Marks what was sent in MySQL, by moving <c>expires_at</c>: for the states in which it means the next retry and nothing else. The
/// message goes first, so that a crash in between costs a repeat and never a message.
/// </summary>
sealed class NextRetry(DueTransactions transactions, string state, TimeSpan wait) : IResendGuard
{
    /// <inheritdoc/>
    public IReadOnlyList<Guid> Select(IReadOnlyList<Guid> orderIds, DateTimeOffset now) => orderIds;

    /// <inheritdoc/>
    public Task MarkSentAsync(IReadOnlyList<Guid> orderIds, DateTimeOffset now, CancellationToken cancellationToken)
        => transactions.PostponeAsync(state, orderIds, now, now + wait, cancellationToken);
}
