using System.Diagnostics;

namespace Seckill.Chaos.Selling;

/// <summary>
/// Sends the buyers one after another, at a rate that does not ask how the system is. When the fault begins, the rest is spread over its length and a bit more, so
/// that there are orders before, during and after it.
/// </summary>
sealed class ChaosSale(BuyersApi api, long activityId, IReadOnlyList<SaleBuyer> buyers, int faultAt, TimeSpan faultLasts)
{
    const double OrdersPerSecond = 150;
    const double LeastPerSecond = 15;
    static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(3);

    readonly TaskCompletionSource _faultIsDue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when as many orders were sent as the fault waits for.</summary>
    public Task FaultIsDue => _faultIsDue.Task;

    /// <summary>Ends when all buyers were sent.</summary>
    public Task AllSent => _placed.Task;

    /// <summary>Ends when every buyer has come to an end, or the token says that it is enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var walks = new List<Task>(buyers.Count);
        try
        {
            var (before, after) = Rates(buyers.Count - faultAt, faultLasts);
            var (since, from) = (Stopwatch.GetTimestamp(), 0);
            for (var i = 0; i < buyers.Count; i++)
            {
                if (i == faultAt)
                {
                    _faultIsDue.TrySetResult();
                    (since, from) = (Stopwatch.GetTimestamp(), i);
                }

                var due = TimeSpan.FromSeconds((i - from) / (i < faultAt ? before : after)) - Stopwatch.GetElapsedTime(since);
                if (due > TimeSpan.Zero)
                    await Task.Delay(due, cancellationToken);
                walks.Add(WalkAsync(i, cancellationToken));
            }
        }
        finally
        {
            _faultIsDue.TrySetResult();
            _placed.TrySetResult();
        }

        await Task.WhenAll(walks);
    }

    static (double Before, double After) Rates(int left, TimeSpan lasts)
        => (OrdersPerSecond, Math.Clamp(left / (lasts + Afterwards).TotalSeconds, LeastPerSecond, OrdersPerSecond));

    async Task WalkAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            await new BuyerWalk(api, activityId, buyers[index], index).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The bound has passed: what this buyer does not know by now is a finding.
        }
    }
}
