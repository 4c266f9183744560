using System.Globalization;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>
/// The wall clock of one process is stepped, and stepped back: libfaketime stands before the C library's clock and reads the step from a file. Clocks that only
/// run on (timers, stopwatches) are left alone, as a step of the machine's clock leaves them.
/// </summary>
sealed class ClockFault(string program, TimeSpan step, TimeSpan length) : ChaosFault
{
    bool _wasSeen;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"clock of {program} stepped by {step.TotalSeconds:+0;-0} s, and back after {length.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => length;

    /// <summary>Where Debian has the library; null where it is not installed.</summary>
    public static string? Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).FirstOrDefault()
        : null;

    public override Dictionary<string, Dictionary<string, string>> Settings(Programs programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        Write(programs.CountsDirectory, TimeSpan.Zero);
        return new()
        {
            [program] = new()
            {
                ["LD_PRELOAD"] = Library ?? throw new StageException("libfaketimeMT.so.1 (Debian package faketime) is not installed"),
                ["FAKETIME_TIMESTAMP_FILE"] = StepFile(programs.CountsDirectory),
                // Without it every look at a clock reads the file, and a program gets too slow to start.
                ["FAKETIME_CACHE_DURATION"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            },
        };
    }

    public override Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        Write(world.Programs.CountsDirectory, step);
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
            Write(world.Programs.CountsDirectory, TimeSpan.Zero);
        }
    }

    /// <summary>The process itself told another time.</summary>
    public override bool WasMet(ChaosWorld world) => _wasSeen;

    string StepFile(string folder) => Path.Combine(folder, $"clock-of-{program}");

    void Write(string folder, TimeSpan now)
    {
        Directory.CreateDirectory(folder);
        var unfinished = StepFile(folder) + ".new";
        File.WriteAllText(unfinished, string.Create(CultureInfo.InvariantCulture, $"{now.TotalSeconds:+0;-0;+0}\n"));
        File.Move(unfinished, StepFile(folder), overwrite: true);
    }
}
