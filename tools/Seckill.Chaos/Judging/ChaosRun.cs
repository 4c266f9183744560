using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Cli;

namespace Seckill.Chaos.Judging;

/// <summary>Plays the schedule, cell by cell, and goes on after findings.</summary>
sealed class ChaosRun(CellPlayer player, FileInfo? json, TextWriter writer)
{
    public async Task<ChaosResult> RunAsync(ChaosResult result, IReadOnlyList<PlannedCell> schedule, CancellationToken cancellationToken)
    {
        foreach (var cell in schedule)
        {
            var played = await player.PlayAsync(cell, cancellationToken);
            ChaosText.Write(writer, played);
            result = result with { Cells = [.. result.Cells, played] };
            // After each, so that a run that is cut off has a result, too.
            if (json is not null)
                await JsonFile.WriteAsync(json, result, cancellationToken);
        }

        return result;
    }
}
