namespace Seckill.Admission.Stock;

/// <summary>An activity's stock in Redis is not there yet or is being rebuilt. It passes: try again.</summary>
public sealed class StockNotReadyException(long activityId)
    : Exception($"Stock of activity {activityId} is not ready in Redis: it is being warmed up or rebuilt")
{
    /// <summary>The activity.</summary>
    public long ActivityId { get; } = activityId;
}
