using System.Text;

namespace Seckill.Operations.CompensationLog;

/// <summary>Finds steps in files.</summary>
static class StepSearch
{
    /// <summary>The steps of an order that the files of a folder have, oldest first, each once.</summary>
    /// <exception cref="IOException">The files can't be read.</exception>
    public static async Task<IReadOnlyList<CompensationStep>> FindAsync(string folder, Guid orderId, CancellationToken cancellationToken)
    {
        var id = Encoding.ASCII.GetBytes(orderId.ToString("D"));
        var found = new Dictionary<Guid, CompensationStep>();
        foreach (var file in StepFile.All(folder))
        {
            try
            {
                await foreach (var line in StepFile.ReadAsync(file, 0, cancellationToken).ConfigureAwait(false))
                {
                    // Nearly all lines are about other orders, and need not be parsed to see that.
                    if (line.Text.Span.IndexOf(id) >= 0 && StepLine.TryRead(line.Text.Span, out var step, out _) && step.OrderId == orderId)
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
