namespace Seckill.Operations.CompensationLog;

/// <summary>
/// Writes the steps of this process. What it has written is with the operating system and survives the end of the process; a sync per line,
/// which would also survive that of the machine, is not worth its price for a log.
/// </summary>
sealed class StepFileWriter(string folder, string instance, long fileSizeBytes, TimeProvider clock) : IDisposable
{
    FileStream? _stream;
    int _number;

    /// <summary>The file that is written now.</summary>
    public string? Current => _stream?.Name;

    /// <summary>Appends steps, one line each.</summary>
    /// <exception cref="IOException">The disk is full or broken. Some of the steps may be in the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else.</exception>
    public async Task WriteAsync(IReadOnlyList<CompensationStep> steps, CancellationToken cancellationToken)
    {
        try
        {
            // Nobody would find what is written to a file that somebody has deleted.
            if (_stream is not null && !File.Exists(_stream.Name))
                Dispose();
            foreach (var step in steps)
            {
                var line = StepLine.Write(step);
                if (_stream is { Length: > 0 } && _stream.Length + line.Length + 1 > fileSizeBytes)
                    Dispose();
                _stream ??= Begin();
                await _stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                _stream.WriteByte((byte)'\n');
            }

            if (_stream is not null)
                await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Half a line may have been written, and must stay the last one of its file.
            Abandon();
            throw;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    FileStream Begin()
    {
        Directory.CreateDirectory(folder);
        while (true)
        {
            var name = StepFile.NewName(clock.GetUtcNow(), instance, ++_number);
            var stream = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            // Created first and locked then: in between, whoever deletes files that nobody writes may have taken it for one.
            if (File.Exists(stream.Name))
                return stream;
            stream.Dispose();
        }
    }

    void Abandon()
    {
        try
        {
            Dispose();
        }
        catch (IOException)
        {
            // Closing writes what is still buffered, which fails as the write did; the file is closed all the same.
        }
        finally
        {
            _stream = null;
        }
    }
}
