namespace Seckill.Cli;

/// <summary>Replaces files as a whole: whoever looks meanwhile, or after a run that was cut off, has the last content or the one before.</summary>
static class WholeFile
{
    /// <summary>Writes a file beside it, and puts that in its place.</summary>
    public static async Task WriteAsync(FileInfo file, Func<Stream, Task> write)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(write);
        file.Directory?.Create();
        var unfinished = file.FullName + ".new";
        await using (var stream = File.Create(unfinished))
            await write(stream);
        File.Move(unfinished, file.FullName, overwrite: true);
    }
}
