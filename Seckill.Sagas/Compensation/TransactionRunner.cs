using MassTransit.Mediator;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Runs an order's transaction in this process, from wherever it stands to its end: the machine takes the request that began it in every state, and
/// does what is left to do. What fails is thrown at the caller.
/// </summary>
public sealed class TransactionRunner(IMediator mediator, TransactionLedger ledger)
{
    /// <summary>Runs; returns the state in which it ended.</summary>
    /// <exception cref="Exception">It failed, or stands half-done still.</exception>
    public async Task<string> RunAsync(SeckillRequested request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await mediator.Send(request, cancellationToken);
        var state = (await ledger.LoadAsync(request.OrderId, cancellationToken))?.StoredState
            ?? throw new InvalidOperationException($"Order {request.OrderId} was run and left no transaction in MySQL");
        return IsEnd(state)
            ? state
            : throw new InvalidOperationException($"Transaction {request.OrderId} was run and is {state} still");
    }

    /// <summary>Whether a transaction in this state is decided, and both stores know it.</summary>
    public static bool IsEnd(string state) => state
        is TransactionStates.Committed or TransactionStates.Paid or TransactionStates.RolledBack or TransactionStates.Cancelled or TransactionStates.Refunded;
}
