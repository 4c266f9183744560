using System.Globalization;

using Seckill.Chaos.Clock;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>The wall clock of one process is stepped, and stepped back (<see cref="WallClock"/>).</summary>
sealed class ClockFault(string program, TimeSpan step, TimeSpan length) : ChaosFault
{
    bool _wasSeen;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"clock of {program} stepped by {step.TotalSeconds:+0;-0} s, and back after {length.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => length;

    public override Dictionary<string, Dictionary<string, string>> Settings(Programs programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        return new() { [program] = ClockOf(programs).Settings() };
    }

    public override Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        ClockOf(world.Programs).Step(step);
        return Task.CompletedTask;
    }

    public override async Task EndAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        try
        {
            _wasSeen = await world.Programs.ClockOfAsync(program, cancellationToken) is { } told && (told - DateTimeOffset.UtcNow) / step > 0.5;
        }
        finally
        {
            ClockOf(world.Programs).Step(TimeSpan.Zero);
        }
    }

    /// <summary>The process itself told another time.</summary>
    public override bool WasMet(ChaosWorld world) => _wasSeen;

    WallClock ClockOf(Programs programs) => new(programs.CountsDirectory, program);
}
