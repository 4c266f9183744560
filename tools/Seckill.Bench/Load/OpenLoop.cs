using System.Diagnostics;
using System.Net;
using System.Threading.Channels;

namespace Seckill.Bench.Load;

/// <summary>
/// Offers orders at a fixed rate, whether or not earlier ones were answered. An order that finds no free connection waits for one, and its latency counts
/// from when it should have been sent: a stall is charged to every order that it held up (no coordinated omission).
/// </summary>
sealed class OpenLoop(EndPoint server, IReadOnlyList<BenchOrder> orders, double perSecond, int connections)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    readonly Channel<BenchOrder> _due = Channel.CreateUnbounded<BenchOrder>(new UnboundedChannelOptions { SingleWriter = true });
    int _done;

    /// <summary>Orders that are through.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Runs until every order is through.</summary>
    public async Task RunAsync(Action started, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(started);
        var senders = Enumerable.Range(0, connections).Select(_ => new OrderClient(server)).ToList();
        try
        {
            foreach (var client in senders)
                await client.OpenAsync(cancellationToken).ConfigureAwait(false);
            started();
            var sending = senders.Select(x => Task.Run(() => SendAsync(x, cancellationToken), cancellationToken)).ToList();
            await PaceAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(sending).ConfigureAwait(false);
        }
        finally
        {
            foreach (var client in senders)
                client.Dispose();
        }
    }

    async Task PaceAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick);
        var arrivals = new Arrivals(Stopwatch.GetTimestamp(), perSecond, Stopwatch.Frequency);
        var sent = 0;
        while (sent < orders.Count)
        {
            var due = Math.Min(orders.Count, arrivals.DueBy(Stopwatch.GetTimestamp()));
            for (; sent < due; sent++)
            {
                orders[sent].IntendedAt = arrivals.DueAt(sent);
                _due.Writer.TryWrite(orders[sent]);
            }

            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }

        _due.Writer.Complete();
    }

    async Task SendAsync(OrderClient client, CancellationToken cancellationToken)
    {
        await foreach (var order in _due.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await client.PlaceAsync(order, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _done);
        }
    }
}
