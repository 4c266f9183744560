using System.Diagnostics;
using System.Net;

namespace Seckill.Bench.Load;

/// <summary>
/// Keeps a fixed number of orders in flight: each connection places an order, waits for its decision where <paramref name="follow"/> says so, and goes
/// on with the next. The rate is whatever the system gives, so latencies are those at that many in flight and no others. One thread does all of it, as in <see cref="OpenLoop"/>.
/// </summary>
sealed class ClosedLoop(EndPoint server, IReadOnlyList<BenchOrder> orders, int inFlight, bool follow)
{
    /// <summary>How often it looks whether it was told to end, and whom to ask again.</summary>
    const int TickMilliseconds = 50;

    /// <summary>An order without a decision after this time counts as undecided.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How long a question waits that could not be asked.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly Queue<(OrderLine Line, long Since)> _toAsk = new();
    int _next;
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
        var lines = Enumerable.Range(0, Math.Min(inFlight, orders.Count)).Select(x => new OrderLine(server, readiness, x)).ToList();
        try
        {
            // Connections are opened before the clock starts, as buyers who wait for a sale have done.
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
        foreach (var line in lines)
            PlaceNext(line);

        var ready = new List<int>();
        while (_done < orders.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_toAsk.TryPeek(out var waiting) && Stopwatch.GetElapsedTime(waiting.Since) >= Pause)
                AskAgain(_toAsk.Dequeue().Line);

            readiness.Wait(ready, TickMilliseconds);
            foreach (var number in ready)
            {
                var line = lines[number];
                if (line.Receive())
                    GoOn(line);
            }
        }
    }

    /// <summary>What was sent has come to its end.</summary>
    void GoOn(OrderLine line)
    {
        if (IsFollowed(line.Order!))
        {
            // Where the connection fell, the server may not be there for a moment.
            if (!line.IsOpen || !line.TryAsk())
                _toAsk.Enqueue((line, Stopwatch.GetTimestamp()));
            return;
        }

        _done++;
        PlaceNext(line);
    }

    void AskAgain(OrderLine line)
    {
        if (!IsFollowed(line.Order!) || !line.TryAsk())
            GoOn(line);
    }

    bool IsFollowed(BenchOrder order)
        => follow && order is { OrderId: not null, DecidedAt: 0 } && Stopwatch.GetElapsedTime(order.AnsweredAt) < Patience;

    void PlaceNext(OrderLine line)
    {
        while (_next < orders.Count)
        {
            var order = orders[_next++];
            order.IntendedAt = Stopwatch.GetTimestamp();
            if (line.TryPlace(order))
                return;

            _done++;
        }
    }
}
