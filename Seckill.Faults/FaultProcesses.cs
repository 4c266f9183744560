namespace Seckill.Faults;

/// <summary>The processes whose code passes a point.</summary>
[Flags]
public enum FaultProcesses
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The API.</summary>
    Api = 1,

    /// <summary>A worker.</summary>
    Worker = 2,
}
