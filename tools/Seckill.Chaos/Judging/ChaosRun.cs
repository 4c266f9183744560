using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Cli;

namespace Seckill.Chaos.Judging;

/// <summary>Plays the schedule, cell by cell, and goes on after findings. What nobody met is played again at once.</summary>
sealed class ChaosRun(CellPlayer player, ChaosResult planned, FileInfo? json, TextWriter writer)
{
    const int Tries = 3;

    /// <summary>What is known so far, also when the run is cut off.</summary>
    public ChaosResult Result { get; private set; } = planned;

    public async Task RunAsync(IReadOnlyList<PlannedCell> schedule, CancellationToken cancellationToken)
    {
        foreach (var (planned, again) in schedule.SelectMany(x => Enumerable.Range(0, Tries).Select(again => (x, again))))
        {
            if (again > 0 && !Result.IsToBePlayedAgain)
                continue;

            // With the draw of a round that is not in the schedule.
            var cell = again == 0 ? planned : PlannedCell.Of(planned.Cell, Result.Seed, planned.Round + (again * Result.Rounds));
            // Whoever ends the run does not wait for a script that takes no orders any more.
            var played = await player.PlayAsync(cell, cancellationToken).WaitAsync(cancellationToken);
            ChaosText.Write(writer, played);
            await KeepAsync(Result with { Cells = [.. Result.Cells, played] }, cancellationToken);
            // Reported first: what a finding leaves may be beyond mending.
            if (played.Findings.Count > 0 && !await MendAsync(played, cancellationToken))
                return;
        }
    }

    /// <summary>Whether the next cell can be played.</summary>
    async Task<bool> MendAsync(CellResult played, CancellationToken cancellationToken)
    {
        var mending = await player.MendAsync(cancellationToken).WaitAsync(cancellationToken);
        if (mending.Problems.Count > 0)
        {
            ChaosText.WriteFindings(writer, mending.Problems);
            await KeepAsync(
                Result with
                {
                    Cells = [.. Result.Cells.SkipLast(1), played with { Findings = [.. played.Findings, .. mending.Problems] }],
                    CutOff = mending.IsWell ? null : $"what {played.Name} left could not be mended",
                },
                cancellationToken);
        }

        return mending.IsWell;
    }

    async Task KeepAsync(ChaosResult result, CancellationToken cancellationToken)
    {
        Result = result;
        // After each, so that a run that is cut off has a result, too.
        if (json is not null)
            await JsonFile.WriteAsync(json, result, cancellationToken);
    }
}
