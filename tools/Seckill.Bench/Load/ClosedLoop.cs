using System.Diagnostics;
using System.Net;

namespace Seckill.Bench.Load;

/// <summary>
/// Keeps a fixed number of orders in flight: each connection places an order, waits for its decision where <paramref name="follow"/> says so, and goes
/// on with the next. The rate is whatever the system gives, so latencies are those at that many in flight and no others.
/// </summary>
sealed class ClosedLoop(EndPoint server, IReadOnlyList<BenchOrder> orders, int inFlight, bool follow)
{
    int _next = -1;
    int _done;

    /// <summary>Orders that are through.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Runs until every order is through.</summary>
    public async Task RunAsync(Action started, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(started);
        var clients = Enumerable.Range(0, Math.Min(inFlight, orders.Count)).Select(_ => new OrderClient(server)).ToList();
        try
        {
            // Connections are opened before the clock starts, as buyers who wait for a sale have done.
            foreach (var client in clients)
                await client.OpenAsync(cancellationToken).ConfigureAwait(false);
            started();
            await Task.WhenAll(clients.Select(x => Task.Run(() => RunAsync(x, cancellationToken), cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    async Task RunAsync(OrderClient client, CancellationToken cancellationToken)
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < orders.Count)
        {
            var order = orders[index];
            order.IntendedAt = Stopwatch.GetTimestamp();
            if (await client.PlaceAsync(order, cancellationToken).ConfigureAwait(false) && follow)
                await client.FollowAsync(order, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _done);
        }
    }
}
