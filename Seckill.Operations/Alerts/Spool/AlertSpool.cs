using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Operations.Alerts.Spool;

/// <summary>
/// Alerts that are on their way, one file each on local disk, so that they outlive this process and need no server. A file is written
/// under another name and then renamed; it is not forced to the disk, so the end of the machine (not of the process) may cost the last.
/// Where the disk takes nothing, alerts live in memory and the log says so.
/// </summary>
sealed class AlertSpool(IOptions<AlertsOptions> options, TimeProvider clock, AlertMetrics metrics, ILogger<AlertSpool> logger) : IDisposable
{
    static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly Lock _gate = new();
    readonly SortedDictionary<string, SpoolEntry> _entries = new(StringComparer.Ordinal);
    SpoolFolder? _folder;
    int _sequence;
    bool _disposed;

    /// <summary>Takes a folder and reads what an earlier process left there.</summary>
    public IReadOnlyList<SpoolEntry> Open()
    {
        try
        {
            return Read(Folder(), adopted: false);
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            logger.LogError(exception, "Alerts can't be kept on disk at {SpoolPath}: those that wait are lost when this process ends",
                options.Value.SpoolPath);
            return [];
        }
    }

    /// <summary>Takes over what processes left that ended.</summary>
    public IReadOnlyList<SpoolEntry> Adopt()
    {
        var adopted = new List<SpoolEntry>();
        try
        {
            foreach (var folder in Folder().TakeAbandoned())
            {
                using (folder)
                    adopted.AddRange(Read(folder, adopted: true));
            }
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            logger.LogWarning(exception, "Alerts that other processes left at {SpoolPath} can't be read now", options.Value.SpoolPath);
        }

        return adopted;
    }

    public SpoolEntry NewEntry(Alert alert, IEnumerable<string> channels, long repeats)
    {
        var milliseconds = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new SpoolEntry
        {
            Id = $"{milliseconds:D15}-{Interlocked.Increment(ref _sequence) & 0xFFFFFF:x6}-{Guid.NewGuid().ToString("N")[..8]}",
            Alert = alert,
            Channels = channels.ToList(),
            Repeats = repeats,
        };
    }

    /// <summary>Keeps an alert, and drops others when there are too many.</summary>
    /// <returns>What was dropped: the oldest warnings, or else the oldest urgent ones, never the news of dropped alerts.</returns>
    public IReadOnlyList<SpoolEntry> Add(SpoolEntry entry)
    {
        var dropped = new List<SpoolEntry>();
        lock (_gate)
        {
            _entries[entry.Id] = entry;
            while (IsTooFull() && Victim() is { } victim)
            {
                _entries.Remove(victim.Id);
                dropped.Add(victim);
            }

            metrics.SetWaiting(_entries.Count);
        }

        lock (entry)
            Write(entry);
        foreach (var victim in dropped)
            Delete(victim);
        return dropped;
    }

    /// <summary>Writes an entry that changed. Its lock is held by the caller.</summary>
    public void Update(SpoolEntry entry)
    {
        if (!entry.IsGone)
            Write(entry);
    }

    /// <summary>Notes that a channel is done with it; the last one ends it.</summary>
    public void Done(SpoolEntry entry, string channel)
    {
        lock (entry)
        {
            if (entry.IsGone)
                return;
            entry.IsSettled = true;
            entry.Channels.Remove(channel);
            if (entry.Channels.Count > 0)
            {
                Write(entry);
                return;
            }
        }

        Remove(entry);
    }

    public void Remove(SpoolEntry entry)
    {
        lock (_gate)
        {
            _entries.Remove(entry.Id);
            metrics.SetWaiting(_entries.Count);
        }

        Delete(entry);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _folder?.Dispose();
            _folder = null;
        }
    }

    SpoolFolder Folder()
    {
        lock (_gate)
        {
            // A folder taken after the end would stay locked.
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _folder ??= SpoolFolder.Take(Path.GetFullPath(options.Value.SpoolPath));
        }
    }

    /// <summary>The news of dropped alerts is not counted: it must not make others be dropped.</summary>
    bool IsTooFull() => _entries.Count > options.Value.SpoolMaxAlerts
        && _entries.Values.Count(x => x.Alert.Kind != AlertKinds.AlertsDropped) > options.Value.SpoolMaxAlerts;

    SpoolEntry? Victim()
        => _entries.Values.FirstOrDefault(x => x.Alert.Severity == AlertSeverity.Warning)
            ?? _entries.Values.FirstOrDefault(x => x.Alert.Kind != AlertKinds.AlertsDropped);

    List<SpoolEntry> Read(SpoolFolder folder, bool adopted)
    {
        var entries = new List<SpoolEntry>();
        foreach (var path in Directory.GetFiles(folder.Path, "*" + SpoolFolder.Extension).Order(StringComparer.Ordinal))
        {
            if (Parse(path) is not { } entry)
                continue;

            lock (_gate)
            {
                // What was raised before this start is here already.
                if (!_entries.TryAdd(entry.Id, entry))
                    continue;
                metrics.SetWaiting(_entries.Count);
            }

            if (adopted)
                File.Move(path, PathOf(entry), overwrite: true);
            entries.Add(entry);
        }

        return entries;
    }

    SpoolEntry? Parse(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            // Dropped meanwhile because there are too many.
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<SpoolEntry>(content, Json);
            if (entry is { Alert: { Kind: not null, Key: not null, Facts: not null }, Channels: not null }
                && entry.Alert.Facts.All(x => x.Key is not null && x.Value is not null)
                && entry.Id == Path.GetFileNameWithoutExtension(path))
            {
                return entry;
            }

            logger.LogError("The alert in {Path} is incomplete; it is set aside with the ending {Extension}", path, SpoolFolder.BrokenExtension);
        }
        catch (JsonException exception)
        {
            logger.LogError(exception, "The alert in {Path} can't be read; it is set aside with the ending {Extension}",
                path, SpoolFolder.BrokenExtension);
        }

        File.Move(path, path + SpoolFolder.BrokenExtension, overwrite: true);
        return null;
    }

    void Write(SpoolEntry entry)
    {
        try
        {
            var path = PathOf(entry);
            var temporary = path + SpoolFolder.TemporaryExtension;
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(entry, Json));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            logger.LogError(exception, "Alert {Kind} {Key} can't be kept on disk: it is lost should this process end before it is told",
                entry.Alert.Kind, entry.Alert.Key);
        }
    }

    void Delete(SpoolEntry entry)
    {
        lock (entry)
        {
            entry.IsGone = true;
            try
            {
                File.Delete(PathOf(entry));
            }
            catch (Exception exception) when (IsDiskFault(exception))
            {
                logger.LogError(exception, "Alert {Kind} {Key} can't be taken off the disk: it may be told again",
                    entry.Alert.Kind, entry.Alert.Key);
            }
        }
    }

    string PathOf(SpoolEntry entry) => Path.Combine(Folder().Path, entry.Id + SpoolFolder.Extension);

    static bool IsDiskFault(Exception exception) => exception is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
