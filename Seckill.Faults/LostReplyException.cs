namespace Seckill.Faults;

/// <summary>Thrown by a fault point that is armed to lose a reply: the effect before it happened, and its caller sees a time-out as he would of a server.</summary>
public sealed class LostReplyException(FaultPoint point, long pass) : TimeoutException($"Fault point {point}, pass {pass}: the reply is lost")
{
    /// <summary>The point.</summary>
    public FaultPoint Point { get; } = point;
}
