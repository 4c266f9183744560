using System.Reflection;

namespace Seckill.Ledger;

/// <summary>Reads the <c>.sql</c> and <c>.lua</c> files that an assembly carries.</summary>
public static class EmbeddedScript
{
    /// <summary>The text of a file, by the end of its resource name (<c>Folder.file.sql</c>).</summary>
    /// <exception cref="InvalidOperationException">No file, or more than one, has that name.</exception>
    public static string Read(Assembly assembly, string name)
    {
        var matches = assembly.GetManifestResourceNames().Where(x => x.EndsWith("." + name, StringComparison.Ordinal)).ToList();
        if (matches.Count != 1)
            throw new InvalidOperationException($"{assembly.GetName().Name} carries {matches.Count} files named '{name}', expected 1");

        using var stream = assembly.GetManifestResourceStream(matches[0])!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
