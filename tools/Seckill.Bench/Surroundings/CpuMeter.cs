using System.Globalization;

namespace Seckill.Bench.Surroundings;

/// <summary>What processes have spent: each with all that descend from it, and those of one name together.</summary>
sealed class CpuMeter(IReadOnlyList<NamedProcess> processes)
{
    /// <summary>This process.</summary>
    public const string LoadGenerator = "loadGenerator";

    // The kernel's USER_HZ, which is 100 on every architecture that .NET runs on.
    const double TicksPerSecond = 100;

    /// <summary>Reads now.</summary>
    public CpuReading Read()
    {
        var stats = Directory.EnumerateDirectories("/proc").Select(ProcessStat.Read).OfType<ProcessStat>().ToList();
        var children = stats.ToLookup(x => x.ParentId);
        var byId = stats.ToDictionary(x => x.ProcessId);
        var seconds = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, processId) in processes)
        {
            if (byId.TryGetValue(processId, out var stat))
                seconds[name] = seconds.GetValueOrDefault(name) + Family(stat, children) / TicksPerSecond;
        }

        seconds[LoadGenerator] = Environment.CpuUsage.TotalTime.TotalSeconds;
        return new CpuReading(seconds, MachineSeconds());
    }

    /// <summary>The most that each of our programs has had in memory since it was started, in MB; the most of any where several have one name.</summary>
    public IReadOnlyDictionary<string, long> PeakMemoryMb() => processes.Where(x => x.Name is "api" or "worker")
        .Select(x => (x.Name, Peak: Cli.Demo.Machine.PeakMemoryMb(x.ProcessId))).Where(x => x.Peak is not null)
        .GroupBy(x => x.Name).ToDictionary(x => x.Key, x => x.Max(y => y.Peak!.Value));

    /// <summary>When the first process of a name was started.</summary>
    public DateTimeOffset StartOf(string name)
    {
        var starts = processes.Where(x => x.Name == name).Select(x =>
        {
            using var process = System.Diagnostics.Process.GetProcessById(x.ProcessId);
            return new DateTimeOffset(process.StartTime);
        }).ToList();
        return starts.Count > 0 ? starts.Min() : throw new InvalidOperationException($"No process {name} is named: --process {name}=PID");
    }

    static double Family(ProcessStat stat, ILookup<int, ProcessStat> children) => stat.Ticks + children[stat.ProcessId].Sum(x => Family(x, children));

    // The first line: user, nice, system, idle, iowait, irq, softirq, steal.
    static double MachineSeconds()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / TicksPerSecond;
    }
}

/// <summary>A process to measure.</summary>
/// <param name="Name">What it is; several may have one name.</param>
/// <param name="ProcessId">Its id.</param>
sealed record NamedProcess(string Name, int ProcessId)
{
    /// <summary>Reads <c>name=pid</c>; workers are taken together.</summary>
    public static NamedProcess? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('=');
        if (parts is not [{ Length: > 0 } name, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
            return null;

        return new NamedProcess(name.StartsWith("worker-", StringComparison.Ordinal) ? "worker" : name, processId);
    }
}

/// <summary>CPU seconds since each process began.</summary>
/// <param name="Seconds">By name.</param>
/// <param name="Machine">Of the whole machine.</param>
sealed record CpuReading(IReadOnlyDictionary<string, double> Seconds, double Machine)
{
    /// <summary>To be continued by another process.</summary>
    public CpuReading WithoutLoadGenerator() => this with { Seconds = Seconds.Where(x => x.Key != CpuMeter.LoadGenerator).ToDictionary() };

    /// <summary>What was spent since, for each of so many orders. A process that has been started since is counted from its start.</summary>
    public Results.CpuCost Since(CpuReading before, int orders)
    {
        ArgumentNullException.ThrowIfNull(before);
        double PerOrder(double seconds) => orders == 0 ? 0 : Math.Round(seconds * 1_000_000 / orders, 1);
        var spent = Seconds.ToDictionary(x => x.Key, x => Math.Max(0, x.Value - before.Seconds.GetValueOrDefault(x.Key)));
        var total = spent.Values.Sum();
        return new Results.CpuCost(spent.ToDictionary(x => x.Key, x => PerOrder(x.Value)), PerOrder(total), PerOrder(Math.Max(0, Machine - before.Machine - total)));
    }
}

/// <summary>A line of <c>/proc/PID/stat</c>.</summary>
sealed record ProcessStat(int ProcessId, int ParentId, long Ticks)
{
    /// <summary>Reads it; null for what is no process, or none any more.</summary>
    public static ProcessStat? Read(string directory)
    {
        if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
            return null;

        try
        {
            return Parse(processId, File.ReadAllText(Path.Combine(directory, "stat")));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Parses it. The command's name, in brackets, may itself hold blanks and brackets.</summary>
    public static ProcessStat Parse(int processId, string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        // Own time and that of children that have ended, in user and in kernel mode.
        return new ProcessStat(processId, int.Parse(fields[1], CultureInfo.InvariantCulture),
            fields[11..15].Sum(x => long.Parse(x, CultureInfo.InvariantCulture)));
    }
}
