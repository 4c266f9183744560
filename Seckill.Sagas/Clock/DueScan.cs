using Microsoft.Extensions.Options;

using Seckill.Faults;

namespace Seckill.Sagas.Clock;

/// <summary>What every look of the clock does: page through the rows that are due, and send each order one message.</summary>
public sealed class DueScan(OrderTransactionQueue queue, FaultPoints faults, IOptions<ClockOptions> options, TimeProvider time)
{
    internal delegate Task<IReadOnlyList<DueTransaction>> ReadPage(DueTransaction after, int pageSize, CancellationToken cancellationToken);

    /// <summary>
    /// Sends up to <c>MaxPerRun</c> messages within <c>RunTimeoutSeconds</c>. A page is done when the broker has confirmed it; what fails
    /// before comes up again at the next look.
    /// </summary>
    /// <returns>How many were sent.</returns>
    /// <exception cref="TimeoutException">The time was up, because MySQL or the broker did not answer.</exception>
    internal async Task<int> RunAsync<TMessage>(
        ReadPage readPage, IResendGuard guard, Func<Guid, TMessage> message, DateTimeOffset now, CancellationToken cancellationToken)
        where TMessage : class
    {
        var limits = options.Value;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(limits.RunTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var sent = 0;
        try
        {
            var last = DueTransaction.None;
            while (sent < limits.MaxPerRun)
            {
                var page = await readPage(last, limits.PageSize, either.Token);
                var orderIds = guard.Select(page.Select(x => x.OrderId).ToList(), now).Take(limits.MaxPerRun - sent).ToList();
                if (orderIds.Count > 0)
                {
                    await faults.PassAsync(KnownPoints.BeforeClockSend, either.Token);
                    await queue.SendAsync(orderIds.Select(message), TimeSpan.FromSeconds(limits.ResendAfterSeconds), either.Token);
                    await faults.PassAsync(KnownPoints.AfterClockSend, either.Token);
                    await guard.MarkSentAsync(orderIds, now, either.Token);
                    sent += orderIds.Count;
                }

                if (page.Count < limits.PageSize)
                    break;

                last = page[^1];
            }

            return sent;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{sent} {typeof(TMessage).Name} sent, then no answer within {limits.RunTimeoutSeconds} s; the rest waits for the next look",
                exception);
        }
    }
}
