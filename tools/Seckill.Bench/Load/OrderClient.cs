using System.Diagnostics;
using System.Net;

using Seckill.Cli.Demo;
using Seckill.Contracts;

namespace Seckill.Bench.Load;

/// <summary>Places and follows orders over one connection. Nothing is tried twice: what is refused or breaks is part of the result.</summary>
sealed class OrderClient(EndPoint server) : IDisposable
{
    /// <summary>An order without a decision after this time counts as undecided.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly HttpConnection _connection = new(server);

    public ValueTask OpenAsync(CancellationToken cancellationToken) => _connection.OpenAsync(cancellationToken);

    /// <summary>Sends the request; true when the order was accepted and is not decided yet.</summary>
    public async ValueTask<bool> PlaceAsync(BenchOrder order, CancellationToken cancellationToken)
    {
        try
        {
            order.Answered(await _connection.SendAsync(order.Request, cancellationToken).ConfigureAwait(false));
        }
        catch (IOException)
        {
            order.Unanswered();
        }

        return order is { OrderId: not null, DecidedAt: 0 };
    }

    /// <summary>Waits at the server until the order is decided, or patience ends.</summary>
    public async ValueTask FollowAsync(BenchOrder order, CancellationToken cancellationToken)
    {
        var request = order.StatusRequest();
        while (Stopwatch.GetElapsedTime(order.AnsweredAt) < Patience)
        {
            try
            {
                var answer = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.Status == 200 && answer.Member("status"u8) is { } status && status != OrderStatus.Pending)
                {
                    order.Status = status;
                    order.DecidedAt = Stopwatch.GetTimestamp();
                    return;
                }
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _connection.Dispose();
}
