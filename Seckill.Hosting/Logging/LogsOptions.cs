using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Logging;

/// <summary>Where logs go: configuration section <c>Logs</c>. Levels are in the usual section <c>Logging</c>.</summary>
public sealed class LogsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Logs";

    /// <summary>Directory of the log files, one file a day and process; empty for none.</summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// File with further levels, in section <c>Logging</c>, which is read again whenever it changes, also while the process runs; empty for none. It need not exist.
    /// </summary>
    public string LevelsFile { get; set; } = "";

    /// <summary>Whether logs go to standard output too. Default: only when there is no directory.</summary>
    public bool? Console { get; set; }

    /// <summary>
    /// Files kept of each process by itself, and of all processes of a service when one of them starts; a file that a living process writes is kept besides.
    /// </summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 files")]
    public int RetainedFiles { get; set; } = 14;

    /// <summary>Size at which a new file is begun, in bytes.</summary>
    [Range(1_000_000L, 10_000_000_000L, ErrorMessage = "must be from 1000000 to 10000000000 bytes")]
    public long FileSizeBytes { get; set; } = 100_000_000;
}
