namespace Seckill.Operations.Alerts.Spool;

/// <summary>
/// A numbered folder that one process holds: the lock on its lock file ends with the process, however that ends, and whoever takes the
/// folder next goes on with what is in it.
/// </summary>
sealed class SpoolFolder : IDisposable
{
    /// <summary>Ends of file names: an alert, one that is being written, one that can't be read.</summary>
    public const string Extension = ".json";
    public const string TemporaryExtension = ".tmp";
    public const string BrokenExtension = ".broken";

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

    /// <summary>Takes the folders beside this one that hold alerts and that nobody holds: their processes ended.</summary>
    public IReadOnlyList<SpoolFolder> TakeAbandoned()
    {
        var taken = new List<SpoolFolder>();
        foreach (var path in Directory.GetDirectories(System.IO.Path.GetDirectoryName(Path)!))
        {
            if (path != Path && Directory.EnumerateFiles(path, "*" + Extension).Any() && TryTake(path) is { } folder)
                taken.Add(folder);
        }

        return taken;
    }

    public void Dispose() => _lock.Dispose();

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

        // Here, and not when alerts are read: by then this process may be writing one.
        foreach (var unfinished in Directory.GetFiles(path, "*" + TemporaryExtension))
            File.Delete(unfinished);
        return folder;
    }
}
