namespace Seckill.Faults;

/// <summary>What a fault point does when code passes it.</summary>
public enum FaultKind
{
    /// <summary>The process dies, as if by <c>kill -9</c>.</summary>
    Crash,

    /// <summary>The pass throws <see cref="InjectedFaultException"/>.</summary>
    Throw,

    /// <summary>The pass throws <see cref="LostReplyException"/>: what was asked for happened, and whoever asked sees a time-out.</summary>
    Lost,

    /// <summary>The pass takes time.</summary>
    Delay,
}
