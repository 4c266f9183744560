using System.Threading.Channels;

using Microsoft.Extensions.Logging;

namespace Seckill.Operations.CompensationLog;

/// <summary>Steps that wait in memory for the disk, and what writes them to files of this process. What it can't keep is counted.</summary>
sealed class StepBuffer(CompensationLogOptions options, CompensationLogMetrics metrics, TimeProvider clock, ILogger logger)
{
    const int StepsAtOnce = 1_000;

    static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    readonly Channel<CompensationStep> _steps = Channel.CreateBounded<CompensationStep>(
        new BoundedChannelOptions(options.LogBufferedSteps) { SingleReader = true });

    readonly Channel<bool> _written = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    long _lost;
    long _lostAndLogged;

    /// <summary>Steps that are in no file and never will be.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Add(CompensationStep? step)
    {
        if (step is null || !_steps.Writer.TryWrite(step))
            Lose(1);
    }

    /// <summary>Takes no more steps.</summary>
    public void Complete() => _steps.Writer.TryComplete();

    /// <summary>Ends when something was written since it last ended.</summary>
    public Task WrittenAsync(CancellationToken cancellationToken) => _written.Reader.ReadAsync(cancellationToken).AsTask();

    /// <summary>Ends when the last step is written, or can't be and the process ends.</summary>
    public async Task WriteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<CompensationStep>(StepsAtOnce);
        while (true)
        {
            try
            {
                await WriteAsync(batch, stoppingToken).ConfigureAwait(false);
                return;
            }
#pragma warning disable CA1031 // It is logged as the bug that it is, and costs no more steps than those that it was about.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.LogCritical(
                    exception, "Writing of {Count} step(s) of compensation broke down: they are lost, and it begins again", batch.Count);
                Lose(batch.Count);
                batch.Clear();
            }

            await Task.Delay(BetweenAttempts, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task WriteAsync(List<CompensationStep> batch, CancellationToken stoppingToken)
    {
        var instance = FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}");
        using var writer = new StepFileWriter(options.LogPath, instance, options.LogFileSizeBytes, clock);
        var file = "";
        while (await _steps.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (batch.Count < StepsAtOnce && _steps.Reader.TryRead(out var step))
                batch.Add(StepLine.Normalise(step));
            await WriteAsync(writer, batch, stoppingToken).ConfigureAwait(false);
            batch.Clear();
            _written.Writer.TryWrite(true);
            if (_lostAndLogged != Lost)
                logger.LogError("{Lost} steps of compensation were lost so far", _lostAndLogged = Lost);
            if (!options.UsesTable && file != writer.Current)
                RemoveOldFiles();
            file = writer.Current ?? "";
        }
    }

    async Task WriteAsync(StepFileWriter writer, List<CompensationStep> batch, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await writer.WriteAsync(batch, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (attempt == 1)
                    logger.LogError(exception, "Steps of compensation can't be written to {Folder}; they wait in memory", options.LogPath);
                if (stoppingToken.IsCancellationRequested)
                {
                    Lose(batch.Count);
                    return;
                }
            }

            await Task.Delay(BetweenAttempts, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void RemoveOldFiles()
    {
        try
        {
            StepRetention.Apply(options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Old files of {Folder} can't be deleted", options.LogPath);
        }
    }

    void Lose(long steps)
    {
        Interlocked.Add(ref _lost, steps);
        metrics.AddLost(steps);
    }
}
