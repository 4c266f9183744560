namespace Seckill.Chaos.Soaking;

/// <summary>What there is when a cell is over and nothing is on its way.</summary>
/// <param name="Seconds">Since the beginning.</param>
/// <param name="Orders">Orders that were asked for so far.</param>
/// <param name="Programs">Of each program.</param>
/// <param name="PassingRows">Rows of tables that hold what is under way, by table.</param>
/// <param name="Kept">What grows with the orders, by what it is; bytes unless it says keys.</param>
sealed record SoakSample(
    double Seconds, int Orders, IReadOnlyDictionary<string, ProgramSample> Programs, IReadOnlyDictionary<string, long> PassingRows, IReadOnlyDictionary<string, long> Kept)
{
    public const string Tables = "bytes of tables";
    public const string Logs = "bytes of logs";
    public const string Postgres = "bytes of PostgreSQL";

    public static string MemoryOf(string redis) => $"memory of {redis}";

    public static string KeysOf(string redis) => $"keys of {redis}";
}

/// <summary>What a program has.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="MemoryMb">In memory.</param>
/// <param name="Handles">Open files, sockets among them.</param>
/// <param name="Connections">Sockets.</param>
sealed record ProgramSample(int ProcessId, long MemoryMb, int Handles, int Connections);
