using System.ComponentModel.DataAnnotations;

namespace Seckill.Sagas.Circuit;

/// <summary>How the circuit probes: configuration section <c>Circuit</c>.</summary>
public sealed class CircuitOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Circuit";

    /// <summary>How long a server has to answer a probe.</summary>
    [Range(100, 60_000, ErrorMessage = "must be from 100 to 60000 milliseconds")]
    public int ProbeTimeoutMilliseconds { get; set; } = 2000;

    /// <summary>Between two probes while the circuit is open.</summary>
    [Range(50, 60_000, ErrorMessage = "must be from 50 to 60000 milliseconds")]
    public int ProbeIntervalMilliseconds { get; set; } = 1000;

    /// <summary>Probes in a row that must succeed before the circuit closes.</summary>
    [Range(1, 100, ErrorMessage = "must be from 1 to 100 probes")]
    public int ClosesAfter { get; set; } = 2;
}
