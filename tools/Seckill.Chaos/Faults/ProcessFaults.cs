using System.Globalization;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>Processes end, and are started again a while later.</summary>
sealed class EndFault(IReadOnlyList<string> names, TimeSpan away, bool isKilled) : ChaosFault
{
    bool _wereGone;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"{(isKilled ? "kill -9 of" : "stop")} {string.Join(" and ", names)}, started again after {away.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => away;

    /// <summary>All were gone.</summary>
    public override bool WasMet(ChaosWorld world) => _wereGone;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await (isKilled ? world.Stage.KillAsync([.. names]) : world.Stage.StopAsync([.. names]));
        _wereGone = names.All(x => world.Folder.ProcessIdOf(x) is null);
    }

    public override async Task EndAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await world.Stage.StartServersAsync([.. names.Where(ServerNames.All.Contains)]);
        await world.Programs.StartAsync([.. names.Where(ProgramNames.All.Contains)]);
    }
}

/// <summary>A process stands still, with its connections open, and goes on.</summary>
sealed class StandstillFault(string name, TimeSpan length) : ChaosFault
{
    bool _stoodStill;

    public override string Text => string.Create(CultureInfo.InvariantCulture, $"SIGSTOP of {name} for {length.TotalSeconds:0} s");

    public override TimeSpan Lasts => length;

    public override Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken) => world.Stage.PauseAsync(name);

    public override bool WasMet(ChaosWorld world) => _stoodStill;

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        _stoodStill = world.Folder.StandsStill(name);
        return world.Stage.ResumeAsync(name);
    }
}

/// <summary>Servers of one kind are lost one after another, and come back together.</summary>
sealed class OneByOneFault(IReadOnlyList<string> names, TimeSpan between, TimeSpan away) : ChaosFault
{
    bool _wereGone;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"kill -9 of {string.Join(", ", names)}, {between.TotalSeconds:0.0} s after each other, started again after {away.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => away;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            await world.Stage.KillAsync(name);
            if (name != names[^1])
                await Task.Delay(between, cancellationToken);
        }

        _wereGone = names.All(x => world.Folder.ProcessIdOf(x) is null);
    }

    public override bool WasMet(ChaosWorld world) => _wereGone;

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken) => world.Stage.StartServersAsync([.. names]);
}
