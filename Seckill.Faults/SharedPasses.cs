using System.Globalization;

namespace Seckill.Faults;

/// <summary>
/// Passes of all workers that are given the same folder, an empty file for each: an order's tries go from worker to worker, and "the first three of them"
/// is then the same whoever makes them, and after a restart. Nothing is kept in memory.
/// </summary>
sealed class SharedPasses(string directory) : IOrderPasses
{
    /// <inheritdoc/>
    public long Count(string point, Guid orderId)
    {
        Directory.CreateDirectory(directory);
        for (long pass = 1; ; pass++)
        {
            var file = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{point}.{orderId:D}.{pass}"));
            try
            {
                // Only one of several can create it: that makes the count.
                new FileStream(file, FileMode.CreateNew, FileAccess.Write).Dispose();
                return pass;
            }
            catch (IOException) when (File.Exists(file))
            {
                // That pass was counted before.
            }
        }
    }
}
