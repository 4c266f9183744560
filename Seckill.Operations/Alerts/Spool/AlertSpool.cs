using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Operations.Alerts.Spool;

/// <summary>
/// Alerts that are on their way, one file each on local disk, so that they outlive this process and need no server. Where the disk takes
/// nothing, alerts live in memory and the log says so.
/// </summary>
sealed class AlertSpool(IOptions<AlertsOptions> options, TimeProvider clock, AlertMetrics metrics, ILogger<AlertSpool> logger) : IDisposable
{
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
        catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
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
            foreach (var path in Folder().Others())
                adopted.AddRange(Adopt(path));
        }
        catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
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

    List<SpoolEntry> Adopt(string path)
    {
        try
        {
            using var folder = SpoolFolder.TryTakeAbandoned(path);
            return folder is null ? [] : Read(folder, adopted: true);
        }
        catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
        {
            logger.LogWarning(exception, "Alerts that another process left in {Path} can't be read now", path);
            return [];
        }
    }

    List<SpoolEntry> Read(SpoolFolder folder, bool adopted)
    {
        var entries = new List<SpoolEntry>();
        foreach (var path in folder.Alerts())
        {
            try
            {
                if (Take(path, adopted) is { } entry)
                    entries.Add(entry);
            }
            catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
            {
                // One file must not keep back the others.
                logger.LogError(exception, "The alert in {Path} can't be taken now, and stays there", path);
            }
        }

        return entries;
    }

    SpoolEntry? Take(string path, bool adopted)
    {
        if (SpoolFile.Read(path, logger) is not { } entry)
            return null;

        // First, so that what stays where it is does not count as taken.
        if (adopted)
            File.Move(path, PathOf(entry), overwrite: true);
        lock (_gate)
        {
            // What was raised before this start is here already.
            if (!_entries.TryAdd(entry.Id, entry))
                return null;
            metrics.SetWaiting(_entries.Count);
        }

        return entry;
    }

    void Write(SpoolEntry entry)
    {
        try
        {
            SpoolFile.Write(PathOf(entry), entry);
        }
        catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
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
            catch (Exception exception) when (SpoolFile.IsDiskFault(exception))
            {
                logger.LogError(exception, "Alert {Kind} {Key} can't be taken off the disk: it may be told again",
                    entry.Alert.Kind, entry.Alert.Key);
            }
        }
    }

    string PathOf(SpoolEntry entry) => Path.Combine(Folder().Path, entry.Id + SpoolFile.Extension);
}
