using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Dapper;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission;
using Seckill.Admission.Rebuild;
using Seckill.Bench.Results;
using Seckill.Bench.Surroundings;
using Seckill.Ledger;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// A backlog in Kafka, worked off by workers that start on it. Orders are admitted and published as the API does it, but without HTTP, while no worker runs.
/// </summary>
sealed class DrainScenario(BenchWorld world, FileInfo state)
{
    const string FilledBy = "admitted by StockAdmission and published by the load generator itself, without HTTP";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly MySqlDatabase _database = world.Services.GetRequiredService<MySqlDatabase>();
    readonly StockAdmission _admission = world.Services.GetRequiredService<StockAdmission>();

    /// <summary>Makes the backlog.</summary>
    public async Task<BenchResult> FillAsync(int orders, CancellationToken cancellationToken)
    {
        var activityId = await world.AddActivityAsync("Bench", orders, 1, cancellationToken);
        await world.Services.GetRequiredService<IStockWarmUp>().WarmUpAsync(activityId, cancellationToken);
        var watch = Stopwatch.StartNew();
        using var backlog = new Backlog(_admission, world.Services);
        await backlog.FillAsync(activityId, orders, world.Say, cancellationToken);
        var (partitions, records) = backlog.Waiting();
        world.Say($"{orders} orders admitted and published in {watch.Elapsed.TotalSeconds:0.0} s, {records} records wait in {partitions} partitions");
        var left = new DrainState(activityId, orders, partitions, records, world.Cpu.Read());
        await File.WriteAllTextAsync(state.FullName, JsonSerializer.Serialize(left), cancellationToken);
        return new BenchResult();
    }

    /// <summary>Waits for the last commit. The times are those of MySQL's rows, so nothing is lost by looking late.</summary>
    public async Task<BenchResult> AwaitAsync(CancellationToken cancellationToken)
    {
        var left = JsonSerializer.Deserialize<DrainState>(await File.ReadAllTextAsync(state.FullName, cancellationToken))!;
        var startedAt = world.Cpu.StartOf("worker");
        await AwaitCommitsAsync(left, cancellationToken);
        var cpu = world.Cpu.Read().Since(left.Cpu.WithoutLoadGenerator(), left.Orders);
        await using var connection = await _database.OpenAsync(cancellationToken);
        var (first, last, committed) = await connection.QuerySingleAsync<(DateTime First, DateTime Last, int Committed)>(
            "SELECT MIN(confirmed_at), MAX(confirmed_at), COUNT(*) FROM orders WHERE activity_id = @ActivityId AND status = 'confirmed'", new { left.ActivityId });
        var (fromStart, fromFirst) = ((last - startedAt.UtcDateTime).TotalSeconds, (last - first).TotalSeconds);
        var drain = new DrainResult
        {
            Orders = left.Orders,
            FilledBy = FilledBy,
            Partitions = left.Partitions,
            RecordsWaiting = left.Records,
            SecondsFromWorkerStart = Math.Round(fromStart, 3),
            PerSecondFromWorkerStart = Math.Round(committed / fromStart, 1),
            SecondsFromFirstCommit = Math.Round(fromFirst, 3),
            PerSecondFromFirstCommit = fromFirst <= 0 ? 0 : Math.Round(committed / fromFirst, 1),
            CpuMicrosPerOrder = cpu,
        };
        world.Say($"drain: {committed} of {left.Orders} committed, {cpu.Total:0} µs of CPU an order");
        world.Say($"drain: {drain.PerSecondFromFirstCommit:0}/s from the first commit, {drain.PerSecondFromWorkerStart:0}/s from the worker's start");
        return new BenchResult { Drain = drain, Audit = Expect(left, committed).With(await world.AuditAsync("drain", [left.ActivityId], [], cancellationToken)) };
    }

    async Task AwaitCommitsAsync(DrainState left, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        long sold = 0;
        await using (var progress = new Load.Progress("drain", left.Orders, () => (int)Interlocked.Read(ref sold), world.Say, cancellationToken))
        {
            // Redis is asked because it costs nothing; its commit comes just before MySQL's.
            while (sold < left.Orders && watch.Elapsed < Patience)
            {
                await Task.Delay(Pause, progress.Token);
                sold = (await _admission.ReadStockAsync(left.ActivityId, cancellationToken))?.Skus.Values.Sum(x => x.Sold) ?? 0;
            }
        }

        await using var connection = await _database.OpenAsync(cancellationToken);
        while (watch.Elapsed < Patience && await connection.QuerySingleAsync<int>(
            "SELECT COUNT(*) FROM orders WHERE activity_id = @ActivityId AND status = 'confirmed'", new { left.ActivityId }) < left.Orders)
            await Task.Delay(Pause, cancellationToken);
    }

    static AuditOutcome Expect(DrainState left, int committed)
    {
        var findings = new List<string>();
        if (committed != left.Orders)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"drain: {committed} of {left.Orders} orders are committed"));
        if (left.Records < left.Orders)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"drain: the broker kept {left.Records} of {left.Orders} records"));
        return new AuditOutcome(findings.Count == 0, 0, findings);
    }
}

/// <summary>What the filling leaves for the drain.</summary>
sealed record DrainState(long ActivityId, int Orders, int Partitions, long Records, CpuReading Cpu);
