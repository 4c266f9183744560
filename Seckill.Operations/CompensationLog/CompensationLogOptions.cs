using System.ComponentModel.DataAnnotations;

namespace Seckill.Operations.CompensationLog;

/// <summary>Where the steps of compensation are logged: these keys of configuration section <c>Compensation</c>.</summary>
public sealed class CompensationLogOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Compensation";

    /// <summary>Value of <see cref="LogStorage"/>: the table. Files are only kept until it has their steps.</summary>
    public const string Table = "db";

    /// <summary>Value of <see cref="LogStorage"/>: files, and no table.</summary>
    public const string Files = "file";

    /// <summary>Value of <see cref="LogStorage"/>: the table, and files from which it can be rebuilt.</summary>
    public const string Both = "both";

    /// <summary>Where to: <c>db</c>, <c>file</c> or <c>both</c>.</summary>
    [AllowedValues(Table, Files, Both, ErrorMessage = "must be db, file or both")]
    public string LogStorage { get; set; } = Both;

    /// <summary>Folder of the files. Processes on one machine may share it. It must survive a restart, with <c>db</c> as well.</summary>
    [Required(ErrorMessage = "must be a folder")]
    public string LogPath { get; set; } = Path.Combine("logs", "compensation");

    /// <summary>Size at which a new file is begun, in bytes.</summary>
    [Range(10_000L, 1_000_000_000L, ErrorMessage = "must be from 10000 to 1000000000 bytes")]
    public long LogFileSizeBytes { get; set; } = 20_000_000;

    /// <summary>Files kept in the folder; more stay for as long as the table lacks some of their steps.</summary>
    [Range(1, 10_000, ErrorMessage = "must be from 1 to 10000 files")]
    public int LogRetainedFiles { get; set; } = 50;

    /// <summary>Steps that wait in memory for the disk at most; those beyond are lost, and counted.</summary>
    [Range(100, 1_000_000, ErrorMessage = "must be from 100 to 1000000 steps")]
    public int LogBufferedSteps { get; set; } = 10_000;

    internal bool UsesTable => LogStorage != Files;

    internal bool KeepsFiles => LogStorage != Table;
}
