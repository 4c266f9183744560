using Microsoft.Extensions.Logging;

using Npgsql;

namespace Seckill.Operations.CompensationLog;

/// <summary>
/// Brings the steps of all files of the folder to the table, also those of processes that have died. Of several processes with one folder,
/// one does it at a time: the one that holds the lock file. When it ends, another takes over.
/// </summary>
sealed class StepShipper(StepTable table, CompensationLogOptions options, ILogger logger)
{
    const string LockFile = "table.lock";

    /// <summary>Brings over what the files have now, and deletes files that are not needed any more.</summary>
    /// <exception cref="NpgsqlException">The table can't be reached; what was brought over stays so.</exception>
    /// <exception cref="TimeoutException">The table did not answer in time.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    public async Task ShipAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.LogPath);
        using var held = TryLock();
        if (held is null)
            return;

        foreach (var file in StepFile.All(options.LogPath))
            await ShipAsync(file, cancellationToken).ConfigureAwait(false);
        StepRetention.Apply(options);
    }

    async Task ShipAsync(string file, CancellationToken cancellationToken)
    {
        var shipped = StepCursor.Read(file);
        if (shipped == new FileInfo(file).Length)
            return;

        var canGrow = StepFile.IsBeingWritten(file);
        var position = shipped;
        var batch = new List<CompensationStep>(StepTable.BatchSize);
        await foreach (var line in StepFile.ReadAsync(file, shipped, cancellationToken).ConfigureAwait(false))
        {
            // Half of a line may become a whole one, as long as its writer lives.
            if (!line.IsComplete && canGrow)
                break;

            if (StepLine.TryRead(line.Text.Span, out var step, out var failure))
                batch.Add(step);
            else
                logger.LogError("{File}, byte {Position}: not a step of compensation, left out: {Failure}", file, position, failure);
            position = line.End;
            if (batch.Count == StepTable.BatchSize)
                await BringAsync().ConfigureAwait(false);
        }

        if (position > shipped)
            await BringAsync().ConfigureAwait(false);

        async Task BringAsync()
        {
            await AddAsync(file, batch, cancellationToken).ConfigureAwait(false);
            batch.Clear();
            StepCursor.Write(file, position);
            shipped = position;
        }
    }

    async Task AddAsync(string file, List<CompensationStep> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
            return;

        try
        {
            await table.AddAsync(steps, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (IsAboutData(exception))
        {
            // One step that the table can't hold must not keep out all that come after it.
            if (steps.Count == 1)
            {
                logger.LogError(exception, "{File}: the table can't hold step {Step}; it stays in the file only", file, steps[0].Id);
                return;
            }

            foreach (var step in steps)
                await AddAsync(file, [step], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Classes 22 (data exception) and 23 (integrity constraint violation) of SQLSTATE.</summary>
    static bool IsAboutData(PostgresException exception)
        => exception.SqlState.StartsWith("22", StringComparison.Ordinal) || exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(options.LogPath, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
