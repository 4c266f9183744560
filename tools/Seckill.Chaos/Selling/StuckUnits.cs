using System.Diagnostics;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

namespace Seckill.Chaos.Selling;

/// <summary>
/// Undersell: units that nobody can order and nobody has. A look counts what the stock Redis offers, what buyers hold by what they were told, and those who
/// have asked and not heard yet; what is left of the stock is stuck. Looks at a stock that does not answer, or is being rebuilt, are not counted but their time is.
/// </summary>
sealed class StuckUnits(RedisConnections redis, long activityId, int stock, IReadOnlyList<SaleBuyer> buyers) : IAsyncDisposable
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LookPatience = TimeSpan.FromMilliseconds(500);

    readonly CancellationTokenSource _ending = new();
    Task _looking = Task.CompletedTask;

    /// <summary>Units times seconds.</summary>
    public double UnitSeconds { get; private set; }

    /// <summary>How long the stock could not be looked at.</summary>
    public double BlindSeconds { get; private set; }

    public void Begin() => _looking = LookAsync(_ending.Token);

    /// <summary>How many units can be ordered; null when nobody can say.</summary>
    public async Task<int?> AvailableAsync()
    {
        try
        {
            var database = await redis.Stock.DatabaseAsync().AsTask().WaitAsync(LookPatience);
            var keys = new StockKeys(activityId);
            var phase = database.HashGetAsync(keys.Meta, "phase");
            var available = await database.HashGetAsync(keys.Stock, StockKeys.Available(1)).WaitAsync(LookPatience);
            return (string?)await phase.WaitAsync(LookPatience) == "open" && available.HasValue ? (int)available : null;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            return null;
        }
    }

    /// <summary>Looks no more.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _looking;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        var last = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            // Those who ask are counted on both sides of the look: who has been answered in between is in one of the two.
            var before = buyers.Count(x => x.IsAsking || x.HoldsUnit);
            var available = await AvailableAsync();
            var taken = Math.Max(before, buyers.Count(x => x.IsAsking || x.HoldsUnit));
            var seconds = Stopwatch.GetElapsedTime(last).TotalSeconds;
            last = Stopwatch.GetTimestamp();
            if (available is null)
                BlindSeconds += seconds;
            else
                UnitSeconds += Math.Max(0, stock - Math.Max(0, available.Value) - taken) * seconds;
            await Task.Delay(Between, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
