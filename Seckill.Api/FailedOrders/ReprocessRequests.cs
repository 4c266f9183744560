using MassTransit;

using Seckill.Contracts;

namespace Seckill.Api.FailedOrders;

/// <summary>Has workers process archived orders again, over RabbitMQ.</summary>
sealed class ReprocessRequests(IServiceScopeFactory scopes, IBus bus, ILogger<ReprocessRequests> logger)
{
    const int BatchSize = 200;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The exchange of the queue: naming the exchange leaves the queue's settings to the one who reads it.</summary>
    public static readonly Uri Address = new("exchange:" + QueueNames.Reprocess);

    /// <summary>What became of it; null when nobody said so in time, and then it may still be carried out.</summary>
    public async Task<ReprocessResult?> AskAsync(ReprocessOrder command, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var response = await scope.ServiceProvider.GetRequiredService<IRequestClient<ReprocessOrder>>()
                .GetResponse<ReprocessResult>(command, patience.Token, RequestTimeout.After(ms: (int)Patience.TotalMilliseconds));
            return response.Message;
        }
        catch (Exception exception) when (exception is MassTransitException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "No answer to the wish to process order {OrderId} again within {Patience}", command.OrderId, Patience);
            return null;
        }
    }

    /// <summary>Sends without waiting for answers; returns when the broker has confirmed all.</summary>
    public async Task SendAsync(IReadOnlyList<ReprocessOrder> commands, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri("queue:" + QueueNames.Reprocess));
        foreach (var batch in commands.Chunk(BatchSize))
            await endpoint.SendBatch(batch, cancellationToken);
    }
}
