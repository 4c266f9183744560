using System.Diagnostics;
using System.Net;
using System.Threading.Channels;

namespace Seckill.Cli.Demo;

/// <summary>
/// Drives a sale: sends all requests as fast as the API answers over a fixed number of connections (a closed loop), and follows each accepted
/// order on other connections, by long polls, until the API reports its decision.
/// </summary>
sealed class Sale(EndPoint api, IReadOnlyList<Placement> placements, DemoOptions options)
{
    const int WaitSeconds = 30;
    static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan PatiencePause = TimeSpan.FromMilliseconds(200);

    readonly Channel<Buyer> _accepted = Channel.CreateUnbounded<Buyer>();
    readonly TimeSpan _patience = TimeSpan.FromSeconds(options.PatienceSeconds);
    long _progressAt;
    int _next = -1;

    /// <summary>When the first request was sent, in ticks of the stopwatch.</summary>
    public long StartedAt { get; private set; }

    /// <summary>When the last answer to a request had come.</summary>
    public long AnsweredAt { get; private set; }

    /// <summary>What this process has spent on the sale, decisions included.</summary>
    public TimeSpan Cpu { get; private set; }

    /// <summary>
    /// Runs until every order is decided, or nothing more is to be expected: nothing was answered and nothing decided for as long as patience lasts, however
    /// many requests are left. An API that dies and is started again is ridden out.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var placing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var followers = Task.WhenAll(Enumerable.Range(0, options.Followers).Select(_ => Task.Run(() => FollowAsync(following.Token), cancellationToken)).ToList());
        var cpu = Environment.CpuUsage.TotalTime;
        StartedAt = Progress();
        await EndAsync(
            Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(() => PlaceAsync(placing.Token), cancellationToken)).ToList()), placing)
            .ConfigureAwait(false);
        AnsweredAt = Progress();
        _accepted.Writer.Complete();
        await EndAsync(followers, following).ConfigureAwait(false);
        Cpu = Environment.CpuUsage.TotalTime - cpu;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for the end of all tasks, and ends them when patience does.</summary>
    async Task EndAsync(Task all, CancellationTokenSource source)
    {
        while (await Task.WhenAny(all, Task.Delay(PatiencePause)).ConfigureAwait(false) != all)
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _progressAt)) <= _patience)
                continue;

            await source.CancelAsync().ConfigureAwait(false);
            break;
        }

        await all.ConfigureAwait(false);
    }

    long Progress()
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _progressAt, now);
        return now;
    }

    async Task PlaceAsync(CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(api);
        int index;
        try
        {
            while ((index = Interlocked.Increment(ref _next)) < placements.Count)
            {
                var placement = placements[index];
                while (!await TryPlaceAsync(connection, placement, cancellationToken).ConfigureAwait(false))
                    placement.Retries++;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Patience is at its end: what has no answer by now has none.
        }
    }

    /// <summary>One try; false when it is to be repeated, with the same idempotency key.</summary>
    async Task<bool> TryPlaceAsync(HttpConnection connection, Placement placement, CancellationToken cancellationToken)
    {
        var sentAt = Stopwatch.GetTimestamp();
        if (placement.SentAt == 0)
            placement.SentAt = sentAt;
        HttpAnswer answer;
        try
        {
            answer = await connection.SendAsync(placement.Request, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await Task.Delay(ReconnectPause, cancellationToken).ConfigureAwait(false);
            return false;
        }

        placement.Ticks = Stopwatch.GetTimestamp() - sentAt;
        placement.Status = answer.Status;
        if (answer.Status is 429 or 503)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(1, answer.RetryAfterSeconds)), cancellationToken).ConfigureAwait(false);
            return false;
        }

        Progress();
        if (answer.Status != 202)
        {
            placement.Code = answer.Member("code"u8);
            return true;
        }

        if (!Guid.TryParse(answer.Member("orderId"u8), out var orderId))
            throw new InvalidOperationException("The API answered 202 without an order id");

        placement.OrderId = orderId;
        if (placement.Buyer is { } buyer && buyer.TryAccept(orderId, placement.SentAt))
            _accepted.Writer.TryWrite(buyer);
        return true;
    }

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(api);
        try
        {
            await foreach (var buyer in _accepted.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                await FollowAsync(connection, buyer, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Patience is at its end: what has no decision by now counts as undecided.
        }
    }

    async Task FollowAsync(HttpConnection connection, Buyer buyer, CancellationToken cancellationToken)
    {
        var request = buyer.StatusRequest(WaitSeconds);
        while (true)
        {
            try
            {
                var answer = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.Status == 200)
                {
                    buyer.Status = answer.Member("status"u8);
                    if (buyer.Status is not (null or Contracts.OrderStatus.Pending))
                    {
                        buyer.DecidedAt = Progress();
                        return;
                    }
                }
                else
                {
                    await Task.Delay(TimeSpan.FromSeconds(Math.Max(1, answer.RetryAfterSeconds)), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException)
            {
                await Task.Delay(ReconnectPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
