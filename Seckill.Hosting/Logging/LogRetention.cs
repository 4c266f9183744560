using System.Globalization;
using System.Text.RegularExpressions;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Seckill.Hosting.Logging;

/// <summary>
/// Deletes the oldest log files of a service when a process of it starts. The rolling sink knows the files of its own process only, whose id is in their names.
/// </summary>
sealed class LogRetention(LogsOptions options, string serviceName, ILogger<LogRetention> logger) : IHostedService
{
    /// <summary>The name of this process's files; the sink puts the date before its end. The process id keeps two processes of one service from sharing a file.</summary>
    public static string FileName(string serviceName) => string.Create(CultureInfo.InvariantCulture, $"{serviceName}-{Environment.ProcessId}-.json");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            DeleteOld();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Old log files in {Directory} could not be deleted", options.Directory);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void DeleteOld()
    {
        // The sink makes the folder with its first line.
        if (!Directory.Exists(options.Directory))
            return;

        // Another service's name may begin with this one's.
        var name = new Regex($@"^{Regex.Escape(serviceName)}-\d+-\d{{8}}(_\d+)?\.json$", RegexOptions.CultureInvariant);
        var files = new DirectoryInfo(options.Directory).GetFiles($"{serviceName}-*.json").Where(x => name.IsMatch(x.Name));
        foreach (var file in files.OrderByDescending(x => x.LastWriteTimeUtc).Skip(options.RetainedFiles))
        {
            // Held until it is gone: a process that has got the same id may be about to go on with it.
            using var held = TryHold(file.FullName);
            if (held is not null)
                file.Delete();
        }
    }

    /// <summary>Holds a file that no process writes; whoever writes one holds it open and thereby (advisorily) locked.</summary>
    static FileStream? TryHold(string file)
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
