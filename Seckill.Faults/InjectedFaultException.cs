namespace Seckill.Faults;

/// <summary>Thrown by a fault point that is armed to throw; as transient as a lost connection, and taken for one.</summary>
public sealed class InjectedFaultException(FaultPoint point, long pass) : IOException($"Fault point {point}, pass {pass}")
{
    /// <summary>The point.</summary>
    public FaultPoint Point { get; } = point;
}
