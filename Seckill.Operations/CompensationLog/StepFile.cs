using System.Runtime.CompilerServices;

namespace Seckill.Operations.CompensationLog;

/// <summary>A line of a file of steps.</summary>
/// <param name="Text">Its bytes, without the line feed.</param>
/// <param name="Number">From 1, counted from where reading began.</param>
/// <param name="End">Where the next line begins, in bytes.</param>
/// <param name="IsComplete">Whether it ends with a line feed; the last line of a process that died may not.</param>
readonly record struct FileLine(ReadOnlyMemory<byte> Text, long Number, long End, bool IsComplete);

/// <summary>
/// Files of steps in a folder. A name says when the file was begun and by whom, and sorts by age; each is written by one process, which
/// holds it open and thereby (advisorily) locked.
/// </summary>
static class StepFile
{
    public const string Pattern = "compensation-*.jsonl";

    const int BufferBytes = 64 * 1024;
    const int OpenAttempts = 100;
    static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(10);

    /// <summary>All files of a folder, the oldest first; none when there is no folder.</summary>
    public static IReadOnlyList<string> All(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal).ToList()
        : [];

    public static string NewName(DateTimeOffset now, string instance, int number)
    {
        var safe = string.Concat(instance.Select(x => char.IsAsciiLetterOrDigit(x) || x is '-' or '_' ? x : '_'));
        return FormattableString.Invariant($"compensation-{now.UtcDateTime:yyyyMMdd'T'HHmmssfff}-{safe}-{number:D6}.jsonl");
    }

    /// <summary>The lines from a position on.</summary>
    /// <exception cref="IOException">It can't be read, or is being deleted.</exception>
    public static async IAsyncEnumerable<FileLine> ReadAsync(string file, long from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(file, cancellationToken).ConfigureAwait(false);
        stream.Seek(from, SeekOrigin.Begin);
        var buffer = new byte[BufferBytes];
        var (filled, number, position) = (0, 0L, from);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled += read;
            var start = 0;
            for (int length; (length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
            {
                position += length + 1;
                yield return new FileLine(buffer.AsMemory(start, length), ++number, position, IsComplete: true);
            }

            if (read == 0)
            {
                if (filled > start)
                    yield return new FileLine(buffer.AsMemory(start, filled - start), ++number, position + filled - start, IsComplete: false);
                yield break;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    static async Task<FileStream> OpenAsync(string file, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, useAsync: true);
            }
            catch (IOException exception) when (attempt < OpenAttempts && exception is not (FileNotFoundException or DirectoryNotFoundException))
            {
                // Somebody holds it alone, for the moment in which IsBeingWritten asks.
                await Task.Delay(BetweenAttempts, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a process still writes it. In doubt (somebody reads it just now) yes.</summary>
    public static bool IsBeingWritten(string file)
    {
        using var held = TryHold(file);
        return held is null;
    }

    /// <summary>Holds a file that nobody writes or reads, so that nobody begins to; null when somebody does.</summary>
    public static FileStream? TryHold(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
