using System.Globalization;

namespace Seckill.Cli.Story;

/// <summary>Writes an order's story for people.</summary>
static class StoryText
{
    public static void Write(TextWriter writer, OrderStory story)
    {
        writer.WriteLine($"Order {story.OrderId:D}");
        writer.WriteLine($"  {"trace",-14}{story.TraceId}");
        foreach (var (name, value) in story.Facts)
            writer.WriteLine($"  {name,-14}{OneLine(value)}");
        writer.WriteLine();
        writer.WriteLine($"  {"UTC",-26}{"after",12}  {"took",10}  {"what",-32} who: detail");
        foreach (var entry in story.Entries)
        {
            var after = entry.At - story.Entries[0].At;
            var detail = string.IsNullOrEmpty(entry.Detail) ? "" : ": " + OneLine(entry.Detail);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}{Length(after),12}  {(entry.Took is { } took ? Length(took) : ""),10}  {entry.What,-32} {entry.Who}{detail}"));
        }

        WriteGaps(writer, story.Gaps);
    }

    /// <summary>What could not be read.</summary>
    public static void WriteGaps(TextWriter writer, IReadOnlyList<string> gaps)
    {
        foreach (var gap in gaps)
            writer.WriteLine($"  not read: {OneLine(gap)}");
    }

    static string Length(TimeSpan length) => length.TotalSeconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{length.TotalMilliseconds:0.0} ms");

    /// <summary>What came from outside must not write lines, or to the terminal, by itself.</summary>
    static string OneLine(string text) => string.Concat(text.Select(x => char.IsControl(x) ? ' ' : x));
}
