namespace Seckill.Faults;

/// <summary>A named place between two effects, where a test may make a process crash, fail or hesitate. All are in <see cref="KnownPoints"/>.</summary>
public sealed class FaultPoint
{
    internal FaultPoint(string name, FaultProcesses processes, string where, bool afterEffect, bool ofMany)
    {
        Name = name;
        Processes = processes;
        Where = where;
        Kinds = afterEffect ? [FaultKind.Crash, FaultKind.Throw, FaultKind.Delay, FaultKind.Lost] : [FaultKind.Crash, FaultKind.Throw, FaultKind.Delay];
        IsOfMany = ofMany;
    }

    /// <summary>Its name in the configuration.</summary>
    public string Name { get; }

    /// <summary>Whose code passes it.</summary>
    public FaultProcesses Processes { get; }

    /// <summary>What has happened when code passes it, and what has not.</summary>
    public string Where { get; }

    /// <summary>What it can be armed with. A reply can be lost only where an effect stands before the point.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; }

    /// <summary>Whether no single order passes it: a fault there can't be for some buyers only.</summary>
    public bool IsOfMany { get; }

    /// <summary>Its place in <see cref="KnownPoints.All"/>.</summary>
    internal int Index { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
