namespace Seckill.Cli.Faults;

/// <summary>What a demo of faults was asked to do.</summary>
sealed record FaultsOptions
{
    /// <summary>Where the API is.</summary>
    public required Uri Api { get; init; }

    /// <summary>The port that the programs were told the robots are on.</summary>
    public required int RobotPort { get; init; }

    /// <summary>What the first part leaves for the second.</summary>
    public required FileInfo State { get; init; }

    /// <summary>Orders in all.</summary>
    public int Orders { get; init; }

    /// <summary>Where the result goes, besides the screen.</summary>
    public FileInfo? Json { get; init; }
}
