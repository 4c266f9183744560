using System.Globalization;
using System.Text;

using Microsoft.Extensions.Configuration;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Hosting.Configuration;

namespace Seckill.Fuzz.Configuration;

/// <summary>
/// Settings and settings files of all sorts. What is wrong with them must be said in lines that name the key or the file, and never end in an exception that
/// nobody has foreseen. Most are checked in this process, by the programs' own checks; with some the programs themselves are started.
/// </summary>
sealed class ConfigurationPart() : FuzzPart("configuration", 290)
{
    SettingHost[] _hosts = [];

    public override bool NeedsSales => false;

    protected override int AtOnce => 1;

    protected override Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        _hosts = [SettingHost.Api(), SettingHost.Worker()];
        result.Count("keys", _hosts.SelectMany(x => x.Keys).Select(x => x.Key).Distinct().Count());
        return Task.CompletedTask;
    }

    protected override Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
    {
        var dice = new Dice(run.Seed, Name, index);
        if (dice.OneIn(12))
            TryFile(run, result, index, dice);
        else
            TrySettings(run, result, index, dice);
        return Task.CompletedTask;
    }

    protected override Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken)
    {
        if (next % 100_000 == 0)
            run.Say($"{Name}: {next} inputs");
        return Task.CompletedTask;
    }

    protected override async Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        if (run.Options.Programs.Count > 0 && run.Options.At is null)
            await new ProgramStarts(run, result, Name, _hosts[0].Keys, _hosts[1].Keys).RunAsync(cancellationToken);
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }

    /// <summary>Wrong values for a few keys.</summary>
    internal static Dictionary<string, string?> Settings(Dice dice, IReadOnlyList<SettingKey> chosen) => chosen
        .DistinctBy(x => x.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(x => x.Key, x => (string?)Value(dice, x.Type), StringComparer.OrdinalIgnoreCase);

    /// <summary>Some keys: of one section most of the time, where they have to do with each other.</summary>
    internal static List<SettingKey> Keys(Dice dice, IReadOnlyList<SettingKey> all)
    {
        var first = dice.Pick(all);
        var near = all.Where(x => x.Options == first.Options).ToList();
        return [first, .. Enumerable.Range(0, dice.Number(0, 3)).Select(_ => dice.Pick(dice.Percent(70) ? near : all))];
    }

    void TrySettings(FuzzRun run, PartResult result, long index, Dice dice)
    {
        var host = dice.Pick(_hosts);
        var keys = Keys(dice, host.Keys);
        var settings = Settings(dice, keys);
        try
        {
            host.Check(keys.Select(x => x.Options).Distinct(), settings);
            result.Count("allowed");
        }
        catch (Exception exception)
        {
            Judge(run, index, exception, host.Configuration, keys, settings);
            result.Count("refused");
        }
        finally
        {
            host.Clear();
        }
    }

    void Judge(FuzzRun run, long index, Exception exception, IConfiguration configuration, List<SettingKey> keys, Dictionary<string, string?> settings)
    {
        var input = Encoding.UTF8.GetBytes(string.Join('\n', settings.Select(x => $"{x.Key}={x.Value}")));
        IReadOnlyList<string> lines;
        try
        {
            lines = ConfigurationFailures.Describe(exception, configuration);
        }
        catch (Exception second)
        {
            run.Findings.Add($"words {second.GetType().Name} {keys[0].Options.Name}", Name, index, $"What is wrong can't be said: {second}", input);
            return;
        }

        if (lines.Count == 0)
            run.Findings.Add($"{exception.GetType().Name} {keys[0].Options.Name}", Name, index, $"Nobody has foreseen: {exception}", input);
        else if (!lines.Any(line => keys.Any(x => line.Contains(x.Name, StringComparison.OrdinalIgnoreCase))))
            run.Findings.Add($"no key {keys[0].Options.Name}", Name, index, $"No line names a key that was set: {string.Join(" / ", lines)}", input);
        else if (lines.FirstOrDefault(x => x.Contains("\n   at ", StringComparison.Ordinal)) is { } stack)
            run.Findings.Add($"stack {keys[0].Options.Name}", Name, index, $"A stack is no message: {stack}", input);
    }

    void TryFile(FuzzRun run, PartResult result, long index, Dice dice)
    {
        var example = Encoding.UTF8.GetBytes("""{"Redis":{"Stock":{"Host":"127.0.0.1","Port":6379},"Locks":[]},"Kafka":{"Bootstrap":"127.0.0.1:9092"},"Transaction":{"TimeoutSeconds":300}}""");
        var bytes = dice.Percent(70) ? JsonText.NoObject(dice, example) : dice.Percent(50) ? JsonText.BrokenText(dice, example) : [.. "{\"A\":1,\"a\":2,"u8, .. example[1..]];
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"seckill-fuzz-{Environment.ProcessId}.json"));
        File.WriteAllBytes(path, bytes);
        try
        {
            _ = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
            result.Count("files that can be read");
        }
        catch (Exception exception)
        {
            result.Count("files that can't be read");
            if (!ConfigurationFailures.Describe(exception, new ConfigurationBuilder().Build()).Any(x => x.Contains(path, StringComparison.Ordinal)))
                run.Findings.Add($"file {exception.GetType().Name}", Name, index, $"No line names the file: {exception}", bytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    static string? Value(Dice dice, Type type) => dice.Number(0, 9) switch
    {
        0 => "",
        1 => null,
        2 => dice.Pick(Strange.NearNumbers),
        3 => dice.Pick(["true", "false", "TRUE", "yes", "00:00:01", "-00:00:01", "1.00:00:00", "Monday", "postgres", "s3", "both", "db", "http://127.0.0.1:1/", "ftp://a", "http://", "127.0.0.1:1", "a:b:c", "/", "/proc/self/mem"]),
        4 or 5 => Strange.Text(dice),
        _ => type == typeof(string) && dice.Percent(50) ? Strange.Text(dice) : Strange.Number(dice),
    };
}
