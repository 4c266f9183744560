using System.Globalization;

using Seckill.Chaos.Judging;
using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Cli;

namespace Seckill.Chaos.Soaking;

/// <summary>Plays cells in random order until the time is up, and takes a sample after each. Cells that end programs are left out: it is programs that are to stay flat.</summary>
sealed class SoakRun(CellPlayer player, Sampler sampler, TextWriter writer)
{
    const string Ending = "points/*/crash,clock,api/kill-*,api/restart-*,worker/kill-*,worker/restart-*";

    public static IReadOnlyList<Cell> Cells(IReadOnlyCollection<string> own) => [.. FaultMatrix.All.Except(FaultMatrix.Matching(Ending))
        .Where(x => x.Server is not { } server || own.Contains(server))];

    public async Task<SoakResult> RunAsync(SoakResult result, IReadOnlyList<Cell> cells, FileInfo? json, CancellationToken cancellationToken)
    {
        var random = new Random(result.Seed);
        for (var round = 1; sampler.Elapsed < TimeSpan.FromMinutes(result.Minutes); round++)
        {
            var played = await player.PlayAsync(PlannedCell.Of(cells[random.Next(cells.Count)], result.Seed, round), cancellationToken);
            ChaosText.Write(writer, played);
            var sample = await sampler.TakeAsync(result.Cells.Sum(x => x.Orders) + played.Orders, cancellationToken);
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"         {Text(sample)}"));
            result = result with { Cells = [.. result.Cells, played], Samples = [.. result.Samples, sample] };
            result = result with { Growth = SoakVerdict.Of(result.Samples) };
            if (json is not null)
                await JsonFile.WriteAsync(json, result, cancellationToken);
        }

        return result;
    }

    static string Text(SoakSample sample) => string.Join("; ", sample.Programs.Select(x => string.Create(
        CultureInfo.InvariantCulture, $"{x.Key} {x.Value.MemoryMb} MB, {x.Value.Handles} handles, {x.Value.Connections} connections")));
}
