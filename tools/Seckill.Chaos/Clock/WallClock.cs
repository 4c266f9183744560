using System.ComponentModel;
using System.Diagnostics;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Clock;

/// <summary>
/// The wall clock of one process. A library of our own (<c>wall_clock.c</c>) stands before the C library's and adds a step that it reads from a file. Clocks that only run on (timers, stopwatches) are left
/// alone, as a step of the machine's clock leaves them. libfaketime, which Debian has for this, makes timed waits of .NET several times as long even where nothing is stepped, and after a step back
/// Redis' client lost one connection after the other.
/// </summary>
sealed class WallClock(string folder, string program)
{
    const string Source = "wall_clock.c";
    const int NanosecondsPerTick = 100;

    string StepFile => Path.Combine(folder, "clock-of-" + program);

    string Library => Path.Combine(folder, "wall_clock.so");

    /// <summary>What the process has to be started with. Its clock is the machine's until it is stepped.</summary>
    /// <exception cref="StageException">The library can't be built.</exception>
    public Dictionary<string, string> Settings()
    {
        Directory.CreateDirectory(folder);
        if (!File.Exists(Library))
            Build();
        Step(TimeSpan.Zero);
        return new() { ["LD_PRELOAD"] = Library, ["WALL_CLOCK_STEP"] = StepFile };
    }

    /// <summary>Steps it by so much from the machine's time.</summary>
    public void Step(TimeSpan by)
    {
        // In place: the process has this very file mapped.
        using var file = new FileStream(StepFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes(by.Ticks * NanosecondsPerTick));
    }

    void Build()
    {
        var source = Path.Combine(folder, Source);
        using (var resource = typeof(WallClock).Assembly.GetManifestResourceStream(Source)!)
        using (var file = File.Create(source))
            resource.CopyTo(file);

        var unfinished = Library + ".new";
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", "-o", unfinished, source, "-ldl"]) { RedirectStandardError = true })!;
            var said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new StageException("gcc could not build wall_clock.c: " + said.Trim());
        }
        catch (Win32Exception exception)
        {
            throw new StageException("gcc, which builds the library that steps a clock, is not installed: " + exception.Message);
        }

        File.Move(unfinished, Library, overwrite: true);
    }
}
