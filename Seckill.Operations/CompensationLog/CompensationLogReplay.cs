using Npgsql;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.CompensationLog;

/// <summary>Rebuilds the table from files: any number, in any order, as often as wished.</summary>
public sealed class CompensationLogReplay(PostgresDatabase database)
{
    readonly StepTable _table = new(database);

    /// <summary>Brings the steps of files to the table; it keeps those that it has.</summary>
    /// <param name="path">A file, or a folder with files that the log has written.</param>
    /// <param name="cancellationToken">Gives up; what was brought to the table stays there.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="NpgsqlException">The table can't be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">The table did not answer in time.</exception>
    public async Task<ReplayReport> RunAsync(string path, CancellationToken cancellationToken = default)
    {
        var files = File.Exists(path) ? [path]
            : Directory.Exists(path) ? StepFile.All(path)
            : throw new DirectoryNotFoundException($"'{path}' is neither a file nor a folder");
        var (steps, added) = (0L, 0L);
        var broken = new List<BrokenLine>();
        var batch = new List<CompensationStep>(StepTable.BatchSize);
        foreach (var file in files)
        {
            await foreach (var line in StepFile.ReadAsync(file, 0, cancellationToken).ConfigureAwait(false))
            {
                if (StepLine.TryRead(line.Text.Span, out var step, out var failure))
                    batch.Add(step);
                else
                    broken.Add(new BrokenLine(file, line.Number, failure, IsCutOff: !line.IsComplete));
                if (batch.Count == StepTable.BatchSize)
                    await BringAsync().ConfigureAwait(false);
            }
        }

        await BringAsync().ConfigureAwait(false);
        return new ReplayReport(files.Count, steps, added, broken);

        async Task BringAsync()
        {
            if (batch.Count == 0)
                return;

            added += await _table.AddAsync(batch, cancellationToken).ConfigureAwait(false);
            steps += batch.Count;
            batch.Clear();
        }
    }
}

/// <summary>What a replay did.</summary>
/// <param name="Files">Files read.</param>
/// <param name="Steps">Steps found in them.</param>
/// <param name="Added">How many of them the table did not have.</param>
/// <param name="Broken">Lines that are no steps.</param>
public sealed record ReplayReport(int Files, long Steps, long Added, IReadOnlyList<BrokenLine> Broken);

/// <summary>A line that is no step.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Failure">What is wrong with it.</param>
/// <param name="IsCutOff">Whether it is the last line and not complete: its process died while it wrote, and nothing else is wrong.</param>
public sealed record BrokenLine(string File, long Line, string Failure, bool IsCutOff);
