using System.Globalization;

namespace Seckill.Fuzz.Run;

/// <summary>Prints a result.</summary>
static class FuzzText
{
    public static void Write(TextWriter writer, FuzzResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(result);
        writer.WriteLine();
        foreach (var part in result.Parts)
        {
            Line(part.Name, $"{part.Inputs} inputs in {part.Seconds:0} s");
            foreach (var (outcome, count) in part.Outcomes)
                Line("", $"{count,9}  {outcome}");
        }

        Line("all", $"{result.Inputs} inputs, seed {result.Seed}");
        Line("memory at its peak", $"{string.Join(", ", result.PeakMemoryMb.Select(x => $"{x.Key} {x.Value} MB"))}");
        Line("commit", $"{result.Commit}");
        writer.WriteLine();
        writer.WriteLine(result.Found == 0 ? "  Nothing was found." : string.Create(CultureInfo.InvariantCulture, $"  {result.Found} findings, see above."));

        void Line(string label, FormattableString text) => writer.WriteLine($"  {label,-20}  {text.ToString(CultureInfo.InvariantCulture)}");
    }
}
