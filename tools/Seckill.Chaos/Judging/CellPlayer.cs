using System.Globalization;

using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Judging;

/// <summary>Plays cells, and mends what they leave.</summary>
sealed class CellPlayer(int seed, DirectoryInfo logFolder, ChaosWorld world, CellServices services)
{
    public async Task<CellResult> PlayAsync(PlannedCell cell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var repeat = string.Create(CultureInfo.InvariantCulture, $"./seckill chaos --seed {seed}{(cell.Round == 1 ? "" : $" --round {cell.Round}")} --only {cell.Cell.Name}");
        // A whole number that JSON readers keep exactly.
        var activityId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000;
        var startedAt = DateTimeOffset.UtcNow;
        CellResult played;
        try
        {
            played = await new CellRun(cell, activityId, services, world).RunAsync(repeat, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            played = Broken(cell, startedAt, repeat, exception);
        }

        if (played.Findings.Count == 0)
            return played;

        try
        {
            return played with { Logs = KeepLogs(played) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return played with { Findings = [.. played.Findings, $"its logs could not be copied: {exception.Message}"] };
        }
    }

    /// <summary>Sees to it that what findings leave is not the next cell's. What does not work is tried again with servers that are new, too.</summary>
    public async Task<Mending> MendAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var anew in new[] { false, true })
        {
            try
            {
                await MendAsync(anew, cancellationToken);
                return new Mending(IsWell: true, problems);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                problems.Add($"what the cell left was not mended{(anew ? ", with servers that are new neither" : "")}: {exception.GetType().Name}: {exception.Message}");
            }
        }

        return new Mending(IsWell: false, problems);
    }

    /// <summary>Everything runs again, and the programs are new.</summary>
    async Task MendAsync(bool anew, CancellationToken cancellationToken)
    {
        foreach (var detour in ServerNames.All.Concat(ProgramNames.Apis).Where(world.Detours.Has).SelectMany(world.Detours.To))
            detour.Trouble = Detours.Trouble.None;
        bool IsThere(string name) => world.Folder.ProcessIdOf(name) is not null;
        await world.Stage.ResumeAsync([.. world.Own.Concat(ProgramNames.All).Where(IsThere)]);
        await world.Stage.KillAsync([.. ProgramNames.All.Where(IsThere)]);
        // What the stand-in was told to do wrong it does until it is told otherwise, or is another.
        await world.Stage.KillAsync([.. world.Own.Where(x => (anew || x == ServerNames.Kafka) && IsThere(x))]);
        await world.Stage.StartServersAsync([.. world.Own.Where(x => !IsThere(x))]);
        await world.Programs.ArmAsync("", cancellationToken);
        await world.Programs.EnsureAsync();
    }

    /// <summary>Copies what the programs logged while the cell lasted: of files that are written on, others take the place.</summary>
    string KeepLogs(CellResult cell)
    {
        var folder = logFolder.CreateSubdirectory(
            Path.Combine("cells", string.Create(CultureInfo.InvariantCulture, $"{cell.Round}-{cell.Name.Replace('/', '-')}")));
        foreach (var file in logFolder.EnumerateFiles("seckill-*.json").Concat(logFolder.EnumerateFiles("*.log")).Where(x => x.LastWriteTimeUtc >= cell.StartedAt.UtcDateTime))
            file.CopyTo(Path.Combine(folder.FullName, file.Name), overwrite: true);
        return folder.FullName;
    }

    static CellResult Broken(PlannedCell cell, DateTimeOffset startedAt, string repeat, Exception exception) => new()
    {
        Name = cell.Cell.Name,
        Round = cell.Round,
        Fault = cell.Fault.Text,
        WasMet = false,
        FaultAtOrder = cell.FaultAt,
        StartedAt = startedAt,
        Seconds = Math.Round((DateTimeOffset.UtcNow - startedAt).TotalSeconds, 1),
        Orders = cell.Orders,
        Stock = cell.Stock,
        Accepted = 0,
        Ends = new Dictionary<string, int>(),
        Refused = new Dictionary<string, int>(),
        Retries = 0,
        DecidedInSeconds = 0,
        Audit = "not made",
        UndersellUnitSeconds = 0,
        BlindSeconds = 0,
        SoldAfterwards = 0,
        Findings = [$"the cell could not be played to its end: {exception.GetType().Name}: {exception.Message}"],
        Repeat = repeat,
    };
}

/// <summary>What became of mending.</summary>
/// <param name="IsWell">The next cell can be played.</param>
/// <param name="Problems">What did not work, also where the second try did.</param>
sealed record Mending(bool IsWell, IReadOnlyList<string> Problems);
