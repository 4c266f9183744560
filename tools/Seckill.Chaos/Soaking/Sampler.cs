using System.Diagnostics;
using System.Globalization;

using Dapper;

using Seckill.Chaos.Running;
using Seckill.Ledger;

namespace Seckill.Chaos.Soaking;

/// <summary>Takes samples of programs, tables and logs.</summary>
sealed class Sampler(ChaosWorld world, MySqlDatabase database, DirectoryInfo logFolder)
{
    /// <summary>Tables whose rows are to be gone when nothing is on its way.</summary>
    static readonly string[] Passing = ["compensation", "QRTZ_SIMPLE_TRIGGERS", "QRTZ_FIRED_TRIGGERS"];

    readonly Stopwatch _clock = Stopwatch.StartNew();

    public TimeSpan Elapsed => _clock.Elapsed;

    public async Task<SoakSample> TakeAsync(int orders, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = new Dictionary<string, long>();
        foreach (var table in Passing)
            rows[table] = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}");
        var bytes = await connection.ExecuteScalarAsync<long>(
            "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()");
        var programs = ProgramNames.All.Select(x => (Name: x, ProcessId: world.Folder.ProcessIdOf(x))).Where(x => x.ProcessId is not null)
            .ToDictionary(x => x.Name, x => Look(x.ProcessId!.Value));
        var logs = logFolder.EnumerateFiles("seckill-*.json").Sum(x => x.Length);
        return new SoakSample(Math.Round(_clock.Elapsed.TotalSeconds, 1), orders, programs, rows, bytes, logs);
    }

    static ProgramSample Look(int processId)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        var memory = File.ReadLines($"{folder}/status").First(x => x.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var handles = new DirectoryInfo($"{folder}/fd").EnumerateFileSystemInfos().Select(x => x.LinkTarget ?? "").ToList();
        return new ProgramSample(
            processId, long.Parse(memory, CultureInfo.InvariantCulture) / 1024, handles.Count, handles.Count(x => x.Contains("socket:", StringComparison.Ordinal)));
    }
}
