namespace Seckill.Operations.CompensationLog;

/// <summary>Which files may go.</summary>
static class StepRetention
{
    /// <summary>
    /// Deletes the oldest files beyond those to keep: none that a process still writes, and where there is a table, none of which it lacks a
    /// step. So there may be more files than wished for, while the table is away.
    /// </summary>
    public static void Apply(CompensationLogOptions options)
    {
        var files = StepFile.All(options.LogPath);
        var keep = options.KeepsFiles ? options.LogRetainedFiles : 0;
        foreach (var file in files.Take(Math.Max(0, files.Count - keep)))
        {
            // In this order: what nobody writes can't grow any more.
            if (StepFile.IsBeingWritten(file) || (options.UsesTable && StepCursor.Read(file) < new FileInfo(file).Length))
                continue;

            File.Delete(file);
            File.Delete(StepCursor.PathFor(file));
        }
    }
}
