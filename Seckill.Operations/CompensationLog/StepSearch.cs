using System.Text;

namespace Seckill.Operations.CompensationLog;

/// <summary>Finds steps in files.</summary>
static class StepSearch
{
    static readonly byte[] OutageMark = Encoding.ASCII.GetBytes("\"dependency_");

    /// <summary>The steps of an order that the files of a folder have, oldest first, each once.</summary>
    /// <exception cref="IOException">The files can't be read.</exception>
    public static Task<IReadOnlyList<CompensationStep>> FindAsync(string folder, Guid orderId, CancellationToken cancellationToken)
        => FindAsync(folder, Encoding.ASCII.GetBytes(orderId.ToString("D")), x => x.OrderId == orderId, cancellationToken);

    /// <summary>The steps between two times that say when servers were away.</summary>
    /// <inheritdoc cref="FindAsync(string, Guid, CancellationToken)" path="/exception"/>
    public static async Task<IReadOnlyList<CompensationStep>> FindOutagesAsync(
        string folder, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var found = await FindAsync(
            folder, OutageMark, x => x.OrderId is null && CompensationStepNames.IsOutage(x.Step) && x.At >= from && x.At <= to, cancellationToken)
            .ConfigureAwait(false);
        return [.. found.Take(ICompensationLog.MostOutages)];
    }

    static async Task<IReadOnlyList<CompensationStep>> FindAsync(
        string folder, byte[] mark, Func<CompensationStep, bool> isMeant, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, CompensationStep>();
        foreach (var file in StepFile.All(folder))
        {
            try
            {
                await foreach (var line in StepFile.ReadAsync(file, 0, cancellationToken).ConfigureAwait(false))
                {
                    // Nearly all lines are about other things, and need not be parsed to see that.
                    if (line.Text.Span.IndexOf(mark) >= 0 && StepLine.TryRead(line.Text.Span, out var step, out _) && isMeant(step))
                        found[step.Id] = step;
                }
            }
            catch (FileNotFoundException)
            {
                // Deleted since the folder was listed, as old files are.
            }
        }

        return found.Values.OrderBy(x => x.At).ThenBy(x => x.Id).ToList();
    }
}
