using MassTransit;

using Seckill.Api.Http;
using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>Asks an order's transaction to do something, over RabbitMQ, and waits for its answer.</summary>
sealed class TransactionRequests(IServiceScopeFactory scopes, ILogger<TransactionRequests> logger)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The exchange of the queue: naming the exchange leaves the queue's settings to the one who reads it.</summary>
    public static readonly Uri Address = new("exchange:" + QueueNames.OrderTransaction);

    /// <summary>The transaction's answer; null when there was none in time, and then the command may be carried out or not.</summary>
    public async Task<OrderActionResult?> AskAsync<T>(T command, CancellationToken cancellationToken)
        where T : class
    {
        await using var scope = scopes.CreateAsyncScope();
        // The client's own time-out begins when the message is sent, which waits for a connection.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var response = await scope.ServiceProvider.GetRequiredService<IRequestClient<T>>()
                .GetResponse<OrderActionResult>(command, patience.Token, RequestTimeout.After(ms: (int)Patience.TotalMilliseconds));
            return response.Message;
        }
        catch (Exception exception) when (exception is MassTransitException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "No answer to {Command} within {Patience}", typeof(T).Name, Patience);
            return null;
        }
    }

    public static ApiProblem NoAnswer { get; } = Problems.NotReady(
        "The order's transaction did not answer in time; look at the order's status, and repeat the request if it has not changed");
}
