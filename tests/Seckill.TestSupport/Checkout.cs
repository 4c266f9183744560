namespace Seckill.TestSupport;

/// <summary>The checkout that the tests were built in.</summary>
public static class Checkout
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Seckill.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no checkout");
        return folder;
    }
}
