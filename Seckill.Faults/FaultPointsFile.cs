using System.Globalization;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Seckill.Faults;

/// <summary>
/// Arms what a file says, a line <c>point = fault</c> for each, whenever its text changes, and disarms what it no longer says; a file that is not there says nothing. What was
/// done is written to a file beside it, with the id of this process behind its name, so that whoever wrote knows when it holds.
/// </summary>
/// <param name="file">The path; null: there is none.</param>
/// <param name="points">What is armed.</param>
/// <param name="time">For the pauses between two looks.</param>
/// <param name="logger">Told of a text that can't be read: what was armed before stays.</param>
sealed class FaultPointsFile(string? file, FaultPoints points, TimeProvider time, ILogger<FaultPointsFile> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (file is null)
            return;

        string? done = null;
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                var text = File.Exists(file) ? await File.ReadAllTextAsync(file, stoppingToken).ConfigureAwait(false) : null;
                if (text == done)
                    continue;

                Arm(text ?? "");
                done = text;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(exception, "{File} or the answer beside it can't be read or written; it is tried again", file);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    internal void Arm(string text)
    {
        var settings = new List<FaultSetting>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, fault) = line.Split('=', 2, StringSplitOptions.TrimEntries) is [var first, var second] ? (first, second) : (line, null);
            if (!FaultSetting.TryRead(name, fault, out var read, out var problem))
            {
                logger.LogError("{File}: {Line} {Problem}; what was armed before stays", file, line, problem);
                return;
            }

            settings.AddRange(read);
        }

        points.Arm(settings);
        var answer = string.Create(CultureInfo.InvariantCulture, $"{file}.{Environment.ProcessId}");
        File.WriteAllText(answer + ".new", text);
        File.Move(answer + ".new", answer, overwrite: true);
    }
}
