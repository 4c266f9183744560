namespace Seckill.Cli.Demo;

/// <summary>What the demo was asked to do.</summary>
sealed record DemoOptions
{
    /// <summary>Where the API is.</summary>
    public required Uri Api { get; init; }

    /// <summary>Distinct buyers, in all.</summary>
    public required int Buyers { get; init; }

    /// <summary>Units of each activity.</summary>
    public required int Stock { get; init; }

    /// <summary>Activities, each with one SKU.</summary>
    public required int Activities { get; init; }

    /// <summary>Connections that send orders.</summary>
    public required int Connections { get; init; }

    /// <summary>Connections that wait for decisions.</summary>
    public required int Followers { get; init; }

    /// <summary>Buyers of the sale that warms everything up.</summary>
    public required int WarmUpBuyers { get; init; }

    /// <summary>How long to wait while no request is answered and no order is decided, or a server is away, in seconds.</summary>
    public required int PatienceSeconds { get; init; }

    /// <summary>The API's processes, for their memory.</summary>
    public IReadOnlyList<int> ApiPids { get; init; } = [];

    /// <summary>The workers' processes, for their memory.</summary>
    public IReadOnlyList<int> WorkerPids { get; init; } = [];

    /// <summary>Has a line with the name of each program and server that had to be started again; null or absent for none.</summary>
    public FileInfo? Restarts { get; init; }

    /// <summary>Where the result goes, besides the screen.</summary>
    public FileInfo? Json { get; init; }

    /// <summary>The command line, for the result.</summary>
    public required string Command { get; init; }
}
