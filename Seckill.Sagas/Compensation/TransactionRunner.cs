using MassTransit.Mediator;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Runs an order's transaction in this process, from wherever it stands to its end: the machine takes the request that began it in every state, and
/// does what is left to do. One whose time is up is given up as the clock would. What fails is thrown at the caller.
/// </summary>
public sealed class TransactionRunner(IMediator mediator, TransactionLedger ledger, TimeProvider time)
{
    /// <summary>Runs; returns the state in which it ended.</summary>
    /// <exception cref="Exception">It failed, or stands half-done still.</exception>
    public async Task<string> RunAsync(SeckillRequested request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var orderId = request.OrderId;
        var stored = await ledger.LoadAsync(orderId, cancellationToken);
        var isDue = stored?.ExpiresAt <= time.GetUtcNow();
        await (stored?.StoredState switch
        {
            TransactionStates.Prepared when isDue => mediator.Send(new TransactionTimedOut { OrderId = orderId }, cancellationToken),
            TransactionStates.Committed when isDue => mediator.Send(new PaymentDeadlineReached { OrderId = orderId }, cancellationToken),
            // Nothing is to be begun, which a request would try first: both stores and the buyer are told the decision once more.
            { } state when IsEnd(state) => mediator.Send(new ResumeTransaction { OrderId = orderId }, cancellationToken),
            _ => mediator.Send(request, cancellationToken),
        });
        var ended = (await ledger.LoadAsync(orderId, cancellationToken))?.StoredState
            ?? throw new InvalidOperationException($"Order {orderId} was run and left no transaction in MySQL");
        return IsEnd(ended)
            ? ended
            : throw new InvalidOperationException($"Transaction {orderId} was run and is {ended} still");
    }

    /// <summary>Whether a transaction in this state is decided, and both stores know it.</summary>
    public static bool IsEnd(string state) => state
        is TransactionStates.Committed or TransactionStates.Paid or TransactionStates.RolledBack or TransactionStates.Cancelled or TransactionStates.Refunded;
}
