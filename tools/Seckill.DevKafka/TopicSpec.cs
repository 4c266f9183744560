using System.CommandLine.Parsing;
using System.Globalization;

namespace Seckill.DevKafka;

/// <summary>A topic to create, written <c>name:partitions</c> on the command line.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Partitions">How many partitions it has.</param>
public sealed record TopicSpec(string Name, int Partitions)
{
    /// <summary>The most partitions a topic may have here: each can hold 32 MiB of memory.</summary>
    public const int MaxPartitions = 256;

    /// <summary>Reads every <c>--topic</c> of a command line, reporting each one that is malformed.</summary>
    /// <param name="result">The option as parsed so far.</param>
    public static TopicSpec[] ParseAll(ArgumentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var specs = new List<TopicSpec>(result.Tokens.Count);
        foreach (var token in result.Tokens)
        {
            if (Parse(token.Value) is { } spec)
                specs.Add(spec);
            else
                result.AddError($"--topic '{token.Value}': expected name:partitions with 1 to {MaxPartitions} partitions.");
        }

        return [.. specs];
    }

    static TopicSpec? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
               && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partitions)
               && partitions is >= 1 and <= MaxPartitions
            ? new TopicSpec(text[..colon], partitions)
            : null;
    }
}
