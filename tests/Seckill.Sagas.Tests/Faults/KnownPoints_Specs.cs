using System.Text;

using Seckill.Faults;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Faults;

/// <summary>The table in docs/fault-points.md is written from <see cref="KnownPoints"/>.</summary>
public sealed class KnownPoints_Specs
{
    const string Begin = "| point | process | faults | where |\n";
    const string End = "\n\n";

    [Fact]
    public async Task Should_be_those_in_the_docs()
    {
        var path = Path.Combine(Checkout.Root, "docs", "fault-points.md");
        var text = await File.ReadAllTextAsync(path) + End;
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        from.ShouldBeGreaterThan(0);
        var to = text.IndexOf(End, from, StringComparison.Ordinal);
        var table = Write();
        if (Environment.GetEnvironmentVariable("SECKILL_UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, (text[..from] + table + text[to..])[..^End.Length]);
            return;
        }

        text[from..to].ShouldBe(table, "docs/fault-points.md is stale: run this test once with SECKILL_UPDATE_DOCS=1");
    }

    [Fact]
    public void Should_have_a_name_of_its_own_each()
    {
        KnownPoints.All.Select(x => x.Name).Distinct().Count().ShouldBe(KnownPoints.All.Count);
        foreach (var point in KnownPoints.All)
        {
            point.Name.ShouldMatch("^[a-z]+(-[a-z]+)+$");
            KnownPoints.Find(point.Name).ShouldBeSameAs(point);
        }

        KnownPoints.Find("after-lunch").ShouldBeNull();
    }

    static string Write()
    {
        var table = new StringBuilder(Begin).Append("| --- | --- | --- | --- |");
        foreach (var point in KnownPoints.All)
        {
            table.Append("\n| `").Append(point.Name).Append("` | ").Append(point.Processes.ToString().ToLowerInvariant()).Append(" | ")
                .AppendJoin(", ", point.Kinds.Select(x => x.ToString().ToLowerInvariant())).Append(" | ").Append(point.Where)
                .Append(point.IsOfMany ? "; not for some buyers only" : "").Append(" |");
        }

        return table.ToString();
    }
}
