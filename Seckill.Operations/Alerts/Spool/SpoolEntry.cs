using System.Text.Json.Serialization;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Spool;

/// <summary>An alert that is on its way: the content of one file. Whoever reads or changes it holds its lock.</summary>
sealed class SpoolEntry
{
    /// <summary>Unique, sorts by time, and is the file's name.</summary>
    public required string Id { get; init; }

    public required Alert Alert { get; set; }

    /// <summary>Channels that did not take it yet.</summary>
    public required List<string> Channels { get; init; }

    /// <summary>Repeats before it that nobody was told one by one.</summary>
    public long Repeats { get; set; }

    /// <summary>Whether it is settled that it is told: another process's alert of the same kind and key can't displace it any more.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether it was told everywhere, or dropped.</summary>
    [JsonIgnore]
    public bool IsGone { get; set; }

    public ToldAlert Told() => new(Id, Alert, Repeats);
}
