using System.Diagnostics;

using MassTransit;

using Seckill.Api.Messaging;
using Seckill.Contracts;

namespace Seckill.Api.FailedOrders;

/// <summary>Has workers process archived orders again, over RabbitMQ.</summary>
sealed class ReprocessRequests(Commands commands, IBus bus, ILogger<ReprocessRequests> logger)
{
    const int BatchSize = 200;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="Orders.TransactionRequests.Address"/>
    public static readonly Uri Address = new("exchange:" + QueueNames.Reprocess);

    /// <summary>What became of it; null when nobody said so in time, and then it may still be carried out.</summary>
    public async Task<ReprocessResult?> AskAsync(ReprocessOrder command, CancellationToken cancellationToken)
    {
        using var span = OrderTrace.StartAlways(CommandSpan<ReprocessOrder>.Name, command.OrderId, ActivityKind.Client);
        return await commands.AskAsync<ReprocessOrder, ReprocessResult>(command, Patience, cancellationToken);
    }

    /// <summary>Sends without waiting for answers.</summary>
    /// <returns>How many, from the first, the broker has confirmed: all, unless it is away.</returns>
    public async Task<int> SendAsync(IReadOnlyList<ReprocessOrder> orders, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sent = 0;
        try
        {
            var endpoint = await bus.GetSendEndpoint(Address);
            foreach (var batch in orders.Chunk(BatchSize))
            {
                timeout.CancelAfter(SendPatience);
                await endpoint.SendBatch(batch, timeout.Token);
                sent += batch.Length;
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "{Sent} of {Count} orders were sent to be processed again", sent, orders.Count);
        }

        return sent;
    }
}
