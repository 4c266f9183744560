using System.Diagnostics;

using Seckill.Api.Http;
using Seckill.Api.Messaging;
using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>Asks an order's transaction to do something, over RabbitMQ, and waits for its answer.</summary>
sealed class TransactionRequests(Commands commands)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The exchange of the queue: naming the exchange leaves the queue's settings to the one who reads it.</summary>
    public static readonly Uri Address = new("exchange:" + QueueNames.OrderTransaction);

    /// <summary>The transaction's answer; null when there was none in time, and then the command may be carried out or not.</summary>
    public async Task<OrderActionResult?> AskAsync<T>(Guid orderId, T command, CancellationToken cancellationToken)
        where T : class
    {
        using var span = OrderTrace.Start(CommandSpan<T>.Name, orderId, ActivityKind.Client);
        return await commands.AskAsync<T, OrderActionResult>(command, Patience, cancellationToken);
    }

    public static ApiProblem NoAnswer { get; } = Problems.NotReady(
        "The order's transaction did not answer in time; look at the order's status, and repeat the request if it has not changed");
}
