namespace Seckill.TestSupport;

/// <summary>A metric of ours as docs/metrics.md lists it.</summary>
/// <param name="Name">Its name in Prometheus.</param>
/// <param name="Instrument">Its name in the code.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Unit">The instrument's unit; empty for none.</param>
/// <param name="Tags">Its tags.</param>
public sealed record DocumentedMetric(string Name, string Instrument, string Type, string Unit, IReadOnlyList<string> Tags)
{
    /// <summary>Reads the tables whose first column is a metric and whose second an instrument.</summary>
    public static IReadOnlyList<DocumentedMetric> ReadAll()
        => File.ReadLines(Path.Combine(Checkout.Root, "docs", "metrics.md"))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToList())
            .Where(cells => cells.Count == 8 && cells[1].StartsWith('`') && cells[2].StartsWith('`'))
            .Select(cells => new DocumentedMetric(
                cells[1].Trim('`'),
                cells[2].Trim('`'),
                cells[3],
                cells[4].Trim('`'),
                cells[5].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(tag => tag.Trim('`')).ToList()))
            .ToList();
}
