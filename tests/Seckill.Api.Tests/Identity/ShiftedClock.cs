namespace Seckill.Api.Tests.Identity;

/// <summary>A clock that goes right and shows another time.</summary>
sealed class ShiftedClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
