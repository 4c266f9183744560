using System.Text.RegularExpressions;

namespace Seckill.TestSupport;

/// <summary>The tests of the checkout by their sources, for documents that name them.</summary>
public static partial class TestSources
{
    static readonly Lazy<IReadOnlySet<string>> Names = new(Read);

    /// <summary>All tests, each as <c>Project/Class_Specs.Should_…</c> and as <c>Class_Specs.Should_…</c>. Inherited ones are there under each class that has them.</summary>
    public static IReadOnlySet<string> All => Names.Value;

    static HashSet<string> Read()
    {
        var classes = new List<(string Project, string Name, string Base, List<string> Methods)>();
        foreach (var project in Directory.GetDirectories(Path.Combine(Checkout.Root, "tests"), "*.Tests"))
        {
            var files = Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories);
            var ours = files.Where(x => !Path.GetRelativePath(project, x).StartsWith("obj", StringComparison.Ordinal));
            classes.AddRange(ours.SelectMany(x => Classes(Path.GetFileName(project), File.ReadAllText(x))));
        }

        var names = new HashSet<string>();
        foreach (var one in classes)
        {
            for (var (name, depth) = (one.Name, 0); depth < 4; depth++)
            {
                if (classes.FirstOrDefault(x => x.Project == one.Project && x.Name == name) is not { Methods: { } methods } found)
                    break;
                foreach (var method in methods)
                    names.UnionWith([$"{one.Project}/{one.Name}.{method}", $"{one.Name}.{method}"]);
                name = found.Base;
            }
        }

        return names;
    }

    static IEnumerable<(string Project, string Name, string Base, List<string> Methods)> Classes(string project, string text)
    {
        var starts = Class().Matches(text);
        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1].Index : text.Length;
            var methods = Method().Matches(text[starts[i].Index..end]).Select(x => x.Groups["name"].Value).ToList();
            yield return (project, starts[i].Groups["name"].Value, starts[i].Groups["base"].Value, methods);
        }
    }

    [GeneratedRegex(@"\bclass (?<name>\w+_Specs)(?:\([^)]*\))?(?:\s*:\s*(?<base>\w+))?")]
    private static partial Regex Class();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (?<name>Should_\w+)\(")]
    private static partial Regex Method();
}
