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
            // What is held can't grow; and it is held until it is gone, since a file that was just created is not locked yet.
            using var held = StepFile.TryHold(file);
            if (held is null || (options.UsesTable && StepCursor.Read(file) < held.Length))
                continue;

            File.Delete(file);
            File.Delete(StepCursor.PathFor(file));
        }
    }
}
