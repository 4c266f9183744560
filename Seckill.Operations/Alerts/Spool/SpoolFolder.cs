namespace Seckill.Operations.Alerts.Spool;

/// <summary>
/// A numbered folder that one process holds: the lock on its lock file ends with the process, however that ends, and whoever takes the
/// folder next goes on with what is in it.
/// </summary>
sealed class SpoolFolder : IDisposable
{
    /// <summary>More processes than this never share a disk.</summary>
    const int Folders = 256;

    const string LockFile = "lock";

    readonly FileStream _lock;

    SpoolFolder(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    public string Path { get; }

    /// <summary>Takes the first folder that nobody holds.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static SpoolFolder Take(string root)
    {
        for (var number = 0; number < Folders; number++)
        {
            var path = System.IO.Path.Combine(root, number.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            Directory.CreateDirectory(path);
            if (TryTake(path) is { } folder)
                return folder;
        }

        throw new IOException($"All {Folders} folders in '{root}' are held by other processes");
    }

    /// <summary>The folders beside this one.</summary>
    public IEnumerable<string> Others() => Directory.GetDirectories(System.IO.Path.GetDirectoryName(Path)!).Where(x => x != Path);

    /// <summary>Takes a folder that holds alerts and that nobody holds: its process ended. Null for any other.</summary>
    public static SpoolFolder? TryTakeAbandoned(string path) => Alerts(path).Any() ? TryTake(path) : null;

    /// <summary>Its alerts, the oldest first.</summary>
    public IReadOnlyList<string> Alerts() => Alerts(Path).Order(StringComparer.Ordinal).ToList();

    public void Dispose() => _lock.Dispose();

    static IEnumerable<string> Alerts(string path) => Directory.EnumerateFiles(path, "*" + SpoolFile.Extension);

    static SpoolFolder? TryTake(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        SpoolFolder folder;
        try
        {
            folder = new SpoolFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process holds it.
            return null;
        }

        try
        {
            // Here, and not when alerts are read: by then this process may be writing one.
            foreach (var unfinished in Directory.GetFiles(path, "*" + SpoolFile.TemporaryExtension))
                File.Delete(unfinished);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
