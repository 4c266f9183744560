using Seckill.Chaos.Running;
using Seckill.Faults;

namespace Seckill.Chaos.Faults;

/// <summary>
/// Programs arm a fault point. Where that ends them, all disarm it, and they are started again. Another fault may have to bring them to the point.
/// </summary>
/// <param name="programs">Those that pass it.</param>
/// <param name="point">The point.</param>
/// <param name="fault">What it is armed with.</param>
/// <param name="length">Of a crash: until they are started again. Of what happens by chance: until it is disarmed.</param>
/// <param name="companion">The other fault.</param>
sealed class PointFault(IReadOnlyList<string> programs, string point, string fault, TimeSpan length, ChaosFault? companion) : ChaosFault
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    DateTimeOffset _armedAt;
    Dictionary<string, int?> _armed = [];
    IReadOnlyList<string> _strays = [];

    public override string Text => $"fault point {point} = {fault} in {string.Join(" and ", programs)}"
        + (IsCrash ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", started again without it after {length.TotalSeconds:0.0} s") : "")
        + (IsByChance ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" for {length.TotalSeconds:0.0} s") : "")
        + (companion is null ? "" : $"; {companion.Text}");

    public override TimeSpan Lasts => (companion?.Lasts ?? TimeSpan.Zero) + length;

    public override TimeSpan GoesOn => IsCrash ? length : Lasts;

    public override bool WasMet(ChaosWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        // The template of what a fault point logs names it as a property.
        return fault.Split(':')[0] switch
        {
            "crash" => HasSaidSo(world, programs),
            "delay" => world.HasLogged(programs, _armedAt, "Fault point", " delays pass ", $"\"{point}\""),
            "throw" => world.HasLogged(programs, _armedAt, "Fault point", " throws ", $"\"{point}\""),
            "lost" => world.HasLogged(programs, _armedAt, "Fault point", " loses a reply ", $"\"{point}\""),
            _ => throw new InvalidOperationException($"{fault} leaves no trace that is known"),
        };
    }

    public override IReadOnlyCollection<string> Unreadable => companion?.Unreadable ?? [];

    public override string? EndedByItself(ChaosWorld world)
        => _strays.Count > 0 ? $"{string.Join(" and ", _strays)} ended, and not by the fault point" : null;

    bool IsCrash => fault.StartsWith("crash", StringComparison.Ordinal);

    bool IsByChance => fault.Contains(":p", StringComparison.Ordinal);

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(world);
        _armedAt = DateTimeOffset.UtcNow;
        _armed = programs.ToDictionary(x => x, world.Folder.ProcessIdOf);
        await world.Programs.ArmAsync($"{point} = {fault}", cancellationToken);
        if (companion is not null)
            await companion.BeginAsync(world, cancellationToken);
        if (!IsCrash)
            return;

        // Some points are reached only when the companion is over.
        await Task.Delay(companion?.Lasts ?? TimeSpan.Zero, cancellationToken);
        await EndCompanionAsync(world, cancellationToken);
        var since = TimeProvider.System.GetTimestamp();
        while (!HasSaidSo(world, programs) && programs.All(world.Programs.IsRunning) && TimeProvider.System.GetElapsedTime(since) < Patience)
            await Task.Delay(Pause, cancellationToken);
    }

    public override async Task EndAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await EndCompanionAsync(world, cancellationToken);
        if (IsByChance)
            await world.Programs.ArmAsync("", cancellationToken);
        if (!IsCrash)
            return;

        _strays = [.. ProgramNames.All.Where(x => !world.Programs.IsRunning(x) && !(programs.Contains(x) && HasSaidSo(world, [x])))];
        await world.Programs.ArmAsync("", cancellationToken);
        await world.Programs.EnsureAsync();
    }

    bool HasSaidSo(ChaosWorld world, IReadOnlyList<string> ended)
        => ended.Any(x => _armed[x] is { } processId && world.HasPrinted(x, FaultPoints.LastWords(point, processId)));

    Task EndCompanionAsync(ChaosWorld world, CancellationToken cancellationToken) => companion?.EndAsync(world, cancellationToken) ?? Task.CompletedTask;
}
