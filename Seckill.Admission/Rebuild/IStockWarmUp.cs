namespace Seckill.Admission.Rebuild;

/// <summary>Brings an activity's stock into Redis: for the first time, or again from MySQL's orders and the entries that Redis still has.</summary>
public interface IStockWarmUp
{
    /// <summary>Does it now, under a new epoch. While it lasts, scripts answer that the stock is not ready.</summary>
    /// <exception cref="StackExchange.Redis.RedisException">Redis did not answer; the stock stays closed until somebody does it again.</exception>
    /// <exception cref="System.Data.Common.DbException">MySQL did not answer; as above.</exception>
    Task<WarmUpOutcome> WarmUpAsync(long activityId, CancellationToken cancellationToken = default);
}

/// <summary>What became of a warm-up.</summary>
public enum WarmUpOutcome
{
    /// <summary>The stock is in Redis and open.</summary>
    Done,

    /// <summary>Another process is at it, or overtook this one.</summary>
    Busy,

    /// <summary>MySQL has no such activity, or one without SKUs.</summary>
    UnknownActivity,
}
