using System.Diagnostics;
using System.Globalization;

using Dapper;

using Seckill.Admission.Redis;
using Seckill.Chaos.Running;
using Seckill.Ledger;
using Seckill.Operations.Postgres;

namespace Seckill.Chaos.Soaking;

/// <summary>Takes samples of programs, servers and logs.</summary>
sealed class Sampler(ChaosWorld world, MySqlDatabase database, PostgresDatabase postgres, RedisConnections redis, DirectoryInfo logFolder)
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
        var kept = new Dictionary<string, long>();
        kept[SoakSample.Tables] = await connection.ExecuteScalarAsync<long>(
            "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()");
        var programs = ProgramNames.All.Select(x => (Name: x, ProcessId: world.Folder.ProcessIdOf(x))).Where(x => x.ProcessId is not null)
            .ToDictionary(x => x.Name, x => Look(x.ProcessId!.Value));
        kept[SoakSample.Logs] = logFolder.EnumerateFiles("seckill-*.json").Sum(x => x.Length);
        await using (var archive = await postgres.Source.OpenConnectionAsync(cancellationToken))
            kept[SoakSample.Postgres] = await archive.ExecuteScalarAsync<long>("SELECT pg_database_size(current_database())");
        foreach (var (name, server) in new[] { (ServerNames.StockRedis, redis.Stock), (ServerNames.CacheRedis, redis.Cache) })
        {
            var asked = await server.DatabaseAsync();
            kept[SoakSample.MemoryOf(name)] = UsedMemory((string?)await asked.ExecuteAsync("INFO", "memory"));
            kept[SoakSample.KeysOf(name)] = (long)await asked.ExecuteAsync("DBSIZE");
        }

        return new SoakSample(Math.Round(_clock.Elapsed.TotalSeconds, 1), orders, programs, rows, kept);
    }

    static long UsedMemory(string? info)
    {
        const string Member = "used_memory:";
        return long.Parse(info!.Split('\n').First(x => x.StartsWith(Member, StringComparison.Ordinal))[Member.Length..].Trim(), CultureInfo.InvariantCulture);
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
