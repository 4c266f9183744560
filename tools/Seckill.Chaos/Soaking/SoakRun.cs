using System.Globalization;

using Seckill.Chaos.Judging;
using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Cli;

namespace Seckill.Chaos.Soaking;

/// <summary>Plays cells in random order until the time is up, and takes a sample after each. Cells that end programs are left out: it is programs that are to stay flat.</summary>
sealed class SoakRun(CellPlayer player, Sampler sampler, SoakResult begun, FileInfo? json, TextWriter writer)
{
    const string Ending = "points/*/crash,clock,api/kill-*,api/restart-*,worker/kill-*,worker/restart-*";

    public static IReadOnlyList<Cell> Cells(IReadOnlyCollection<string> own) => [.. FaultMatrix.All.Except(FaultMatrix.Matching(Ending))
        .Where(x => x.Server is not { } server || own.Contains(server))];

    /// <summary>What is known so far, also when the run is cut off.</summary>
    public SoakResult Result { get; private set; } = begun;

    public async Task RunAsync(IReadOnlyList<Cell> cells, CancellationToken cancellationToken)
    {
        var random = new Random(Result.Seed);
        for (var round = 1; sampler.Elapsed < TimeSpan.FromMinutes(Result.Minutes); round++)
        {
            var played = await player.PlayAsync(PlannedCell.Of(cells[random.Next(cells.Count)], Result.Seed, round), cancellationToken).WaitAsync(cancellationToken);
            ChaosText.Write(writer, played);
            await KeepAsync(Result with { Cells = [.. Result.Cells, played] }, cancellationToken);
            if (played.Findings.Count > 0 && !await MendAsync(played, cancellationToken))
                return;

            await SampleAsync(cancellationToken);
        }
    }

    /// <summary>Whether the next cell can be played.</summary>
    async Task<bool> MendAsync(CellResult played, CancellationToken cancellationToken)
    {
        var mending = await player.MendAsync(cancellationToken).WaitAsync(cancellationToken);
        if (mending.Problems.Count > 0)
        {
            ChaosText.WriteFindings(writer, mending.Problems);
            await KeepAsync(Result with { Cells = [.. Result.Cells.SkipLast(1), played with { Findings = [.. played.Findings, .. mending.Problems] }] }, cancellationToken);
        }

        return mending.IsWell;
    }

    async Task SampleAsync(CancellationToken cancellationToken)
    {
        var sample = await sampler.TakeAsync(Result.Cells.Sum(x => x.Orders), cancellationToken);
        await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"         {Text(sample)}"));
        IReadOnlyList<SoakSample> samples = [.. Result.Samples, sample];
        await KeepAsync(Result with { Samples = samples, Growth = SoakVerdict.Of(samples) }, cancellationToken);
    }

    async Task KeepAsync(SoakResult result, CancellationToken cancellationToken)
    {
        Result = result;
        if (json is not null)
            await JsonFile.WriteAsync(json, result, cancellationToken);
    }

    static string Text(SoakSample sample) => string.Join("; ", sample.Programs.Select(x => string.Create(
        CultureInfo.InvariantCulture, $"{x.Key} {x.Value.MemoryMb} MB, {x.Value.Handles} handles, {x.Value.Connections} connections")));
}
