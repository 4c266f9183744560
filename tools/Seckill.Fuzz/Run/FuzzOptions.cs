namespace Seckill.Fuzz.Run;

/// <summary>What a run is told.</summary>
sealed record FuzzOptions
{
    /// <summary>Where the API listens.</summary>
    public required Uri Api { get; init; }

    /// <summary>What all inputs are made from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Inputs of all parts together.</summary>
    public int Inputs { get; init; } = 1_000_000;

    /// <summary>The parts that run.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The one input that is to be tried; null for all.</summary>
    public long? At { get; init; }

    /// <summary>Processes whose life and memory are watched.</summary>
    public IReadOnlyList<NamedProcess> Processes { get; init; } = [];

    /// <summary>The most that the API or a worker may have in memory.</summary>
    public int MostMemoryMb { get; init; } = 700;

    /// <summary>Programs to start with settings of all sorts, by name: <c>api</c> and <c>worker</c>.</summary>
    public IReadOnlyDictionary<string, string> Programs { get; init; } = new Dictionary<string, string>();

    /// <summary>How often a program is started with settings of all sorts.</summary>
    public int Starts { get; init; } = 40;
}

/// <summary>A process to watch.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Id">Its id.</param>
sealed record NamedProcess(string Name, int Id);
