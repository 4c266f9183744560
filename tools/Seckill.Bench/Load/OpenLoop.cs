using System.Diagnostics;
using System.Net;

namespace Seckill.Bench.Load;

/// <summary>
/// Offers orders at a fixed rate, whether or not earlier ones were answered. An order that finds no free connection waits for one, and its latency counts
/// from when it should have been sent: a stall is charged to every order that it held up (no coordinated omission). One thread does all of it: at a rate at which orders come one
/// by one, several would wake each other for every one of them.
/// </summary>
sealed class OpenLoop(EndPoint server, IReadOnlyList<BenchOrder> orders, double perSecond, int connections)
{
    /// <summary>How often it looks what is due.</summary>
    const int TickMilliseconds = 1;

    int _done;

    /// <summary>Orders that are through.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Runs until every order is through.</summary>
    public Task RunAsync(Action started, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(started);
        return Task.Factory.StartNew(
            () => Run(started, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    void Run(Action started, CancellationToken cancellationToken)
    {
        using var readiness = new Readiness();
        var lines = Enumerable.Range(0, connections).Select(x => new OrderLine(server, readiness, x)).ToList();
        try
        {
            foreach (var line in lines)
                line.Open();
            started();
            Run(readiness, lines, cancellationToken);
        }
        finally
        {
            foreach (var line in lines)
                line.Dispose();
        }
    }

    void Run(Readiness readiness, List<OrderLine> lines, CancellationToken cancellationToken)
    {
        var arrivals = new Arrivals(Stopwatch.GetTimestamp(), perSecond, Stopwatch.Frequency);
        var (free, due, ready) = (new Queue<OrderLine>(lines), new Queue<BenchOrder>(), new List<int>());
        var arrived = 0;
        while (_done < orders.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var count = Math.Min(orders.Count, arrivals.DueBy(Stopwatch.GetTimestamp())); arrived < count; arrived++)
            {
                orders[arrived].IntendedAt = arrivals.DueAt(arrived);
                due.Enqueue(orders[arrived]);
            }

            while (due.Count > 0 && free.TryDequeue(out var line))
            {
                if (line.TryPlace(due.Dequeue()))
                    continue;

                free.Enqueue(line);
                _done++;
            }

            readiness.Wait(ready, TickMilliseconds);
            foreach (var number in ready)
            {
                if (!lines[number].Receive())
                    continue;

                free.Enqueue(lines[number]);
                _done++;
            }
        }
    }
}
