using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Cli.Mutations;

/// <summary>All mutations of a checkout: the files of <c>tests/mutations</c>, in the order of their names.</summary>
static class MutationCatalogue
{
    /// <summary>Where they are, seen from the root of the checkout.</summary>
    public const string Folder = "tests/mutations";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">A file is not as it should be.</exception>
    public static IReadOnlyList<Mutation> Read(string root)
    {
        var all = Directory.GetFiles(Path.Combine(root, Folder), "*.json").Order(StringComparer.Ordinal).SelectMany(ReadFile).ToList();
        var twice = all.GroupBy(x => x.Name).FirstOrDefault(x => x.Count() > 1)?.Key;
        return twice is null ? all : throw new InvalidOperationException($"Two mutations are named '{twice}'");
    }

    /// <summary>Those whose name contains a text, or one of several with commas between them; all for none.</summary>
    /// <exception cref="InvalidOperationException">A text is in no name: what it was to choose would be left out in silence.</exception>
    public static IReadOnlyList<Mutation> Choose(IReadOnlyList<Mutation> all, string? text)
    {
        if (text is null)
            return all;

        var parts = text.Split(',');
        if (parts.FirstOrDefault(part => part.Length == 0 || !all.Any(x => Has(x, part))) is { } nothing)
            throw new InvalidOperationException($"No mutation has '{nothing}' in its name; --list names all of them");
        return [.. all.Where(x => parts.Any(part => Has(x, part)))];
    }

    static bool Has(Mutation mutation, string part) => mutation.Name.Contains(part, StringComparison.OrdinalIgnoreCase);

    static List<Mutation> ReadFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<List<Mutation>>(stream, Json) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"{Path.GetFileName(file)}: {exception.Message}", exception);
        }
    }
}
