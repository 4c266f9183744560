using System.Reflection;

namespace Seckill.Operations.Postgres;

/// <summary>Reads the <c>.sql</c> files that this assembly carries.</summary>
static class PostgresScript
{
    /// <summary>The text of a file, by folder and name: <c>Archive.add_failed_order.sql</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    public static string Read(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream("Seckill.Operations." + name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} carries no file '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
