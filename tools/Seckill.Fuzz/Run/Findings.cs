using System.Collections.Concurrent;
using System.Globalization;

namespace Seckill.Fuzz.Run;

/// <summary>Something that an input showed.</summary>
/// <param name="Part">The part of the run.</param>
/// <param name="Index">The number of the input; -1 for what no single input shows.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Repeat">The command that repeats it.</param>
/// <param name="Input">The input, as text or, where it is none, in Base64.</param>
sealed record Finding(string Part, long Index, string What, string Repeat, string Input);

/// <summary>Collects what was found: prints it, and saves it with its input. Of what looks the same only the first few are kept.</summary>
sealed class Findings(int seed, DirectoryInfo? folder, TextWriter writer)
{
    const int OfOneKind = 3;

    readonly ConcurrentQueue<Finding> _kept = new();
    readonly ConcurrentDictionary<string, int> _kinds = new();

    public IReadOnlyCollection<Finding> Kept => _kept;

    /// <summary>How many there were, with those that look the same.</summary>
    public long Count => _kinds.Values.Sum(x => (long)x);

    /// <summary>Notes one.</summary>
    /// <param name="kind">What it has in common with those that look the same.</param>
    /// <param name="part">The part of the run.</param>
    /// <param name="index">The number of the input; -1 for what no single input shows.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="input">The input.</param>
    public void Add(string kind, string part, long index, string what, byte[]? input)
    {
        if (_kinds.AddOrUpdate($"{part} {kind}", 1, (_, count) => count + 1) > OfOneKind)
            return;

        var repeat = string.Create(CultureInfo.InvariantCulture, $"./seckill fuzz --only {part} --seed {seed}{(index < 0 ? "" : $" --at {index}")}");
        var finding = new Finding(part, index, what, repeat, Readable(input ?? []));
        _kept.Enqueue(finding);
        lock (writer)
        {
            writer.WriteLine($"  FINDING in {part}: {what}");
            writer.WriteLine($"    repeat it: {repeat}");
            writer.WriteLine($"    input: {Cut(finding.Input, 600)}");
        }

        if (folder is null)
            return;

        folder.Create();
        var name = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{_kept.Count:000}-{part}-{Math.Max(0, index)}"));
        File.WriteAllText(name + ".txt", $"{what}\n{repeat}\n");
        File.WriteAllBytes(name + ".input", input ?? []);
    }

    static string Readable(byte[] input)
    {
        var text = System.Text.Encoding.Latin1.GetString(input);
        return text.Any(x => x is (< ' ' and not '\r' and not '\n' and not '\t') or > '~') ? "base64:" + Convert.ToBase64String(input) : text;
    }

    static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..length]}… ({text.Length} characters)";
}
