using MassTransit;

using Seckill.Contracts;

namespace Seckill.Sagas.Clock;

/// <summary>Sends the clock's messages to the transactions: queue <see cref="QueueNames.OrderTransaction"/>.</summary>
public sealed class OrderTransactionQueue(IBus bus)
{
    static readonly Uri Address = new("queue:" + QueueNames.OrderTransaction);

    /// <summary>
    /// Returns when the broker has confirmed all of them; waits for a broker that is away until cancelled. What nobody has handled when its
    /// time to live is over vanishes: by then it is repeated, and a queue that nobody reads must not fill with repeats.
    /// </summary>
    public async Task SendAsync<T>(IEnumerable<T> messages, TimeSpan timeToLive, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(Address);
        await endpoint.SendBatch(messages, Pipe.Execute<SendContext<T>>(x => x.TimeToLive = timeToLive), cancellationToken);
    }
}
