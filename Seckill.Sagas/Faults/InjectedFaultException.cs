namespace Seckill.Sagas.Faults;

/// <summary>Thrown by a fault point that is armed to throw; as transient as a lost connection, and taken for one.</summary>
public sealed class InjectedFaultException(string point, long pass) : IOException($"Fault point {point}, pass {pass}")
{
    /// <summary>The point: one of <see cref="FaultPointNames"/>.</summary>
    public string Point { get; } = point;
}
