using System.Threading.Channels;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.CompensationLog;

/// <summary>
/// The double log. A step goes from memory to a file of this process, and from there to the table: what is in the file survives the process,
/// and gets to the table however long that is away. Steps of the last milliseconds before a crash may be lost with the memory.
/// </summary>
public sealed class DoubleLog : ICompensationLog, IHostedService, IDisposable
{
    const int StepsAtOnce = 1_000;

    static readonly TimeSpan BetweenPasses = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LastPass = TimeSpan.FromSeconds(5);

    readonly CompensationLogOptions _options;
    readonly StepTable _table;
    readonly StepShipper _shipper;
    readonly TimeProvider _clock;
    readonly ILogger<DoubleLog> _logger;
    readonly Channel<CompensationStep> _steps;
    readonly Channel<bool> _written = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource _stopping = new();
    Task _running = Task.CompletedTask;
    bool _disposed;
    long _lost;

    /// <summary>A log that writes once it is started.</summary>
    public DoubleLog(IOptions<CompensationLogOptions> options, PostgresDatabase database, TimeProvider clock, ILogger<DoubleLog> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _table = new StepTable(database);
        _shipper = new StepShipper(_table, _options, logger);
        _clock = clock;
        _logger = logger;
        _steps = Channel.CreateBounded<CompensationStep>(new BoundedChannelOptions(_options.LogBufferedSteps) { SingleReader = true });
    }

    /// <summary>Steps that found no place in memory because the disk was slow, full or broken, or that came after the end.</summary>
    public long LostSteps => Interlocked.Read(ref _lost);

    /// <inheritdoc/>
    public void Record(CompensationStep step)
    {
        if (step is null || !_steps.Writer.TryWrite(step))
            Interlocked.Increment(ref _lost);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CompensationStep>> ReadAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        if (_options.UsesTable)
        {
            try
            {
                return await _table.ReadAsync(orderId, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgresDatabase.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
            {
                _logger.LogWarning(exception, "The table of compensation steps can't be read; what {Folder} has of order {OrderId} is shown",
                    _options.LogPath, orderId);
            }
        }

        return await StepSearch.FindAsync(_options.LogPath, orderId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not a BackgroundService: one that is stopped before it has begun never runs, and what was recorded meanwhile would be lost.
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more steps, writes those that it has, and gives the table a last chance of some seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _steps.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The container may do it once for each name that it knows the log by.
        if (_disposed)
            return;

        _disposed = true;
        _steps.Writer.TryComplete();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        var stoppingToken = _stopping.Token;
        var writing = WriteAsync(stoppingToken);
        try
        {
            if (_options.UsesTable)
                await ShipAsync(writing, stoppingToken).ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _logger.LogCritical(exception, "The log of compensation has broken down; it is complete again after a restart of the process");
            throw;
        }
    }

    /// <summary>Ends when the last step is written, or can't be and the process ends.</summary>
    async Task WriteAsync(CancellationToken stoppingToken)
    {
        var instance = FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}");
        using var writer = new StepFileWriter(_options.LogPath, instance, _options.LogFileSizeBytes, _clock);
        var batch = new List<CompensationStep>();
        var (file, lostBefore) = ("", 0L);
        while (await _steps.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (batch.Count < StepsAtOnce && _steps.Reader.TryRead(out var step))
                batch.Add(StepLine.Normalise(step));
            await WriteAsync(writer, batch, stoppingToken).ConfigureAwait(false);
            batch.Clear();
            _written.Writer.TryWrite(true);
            if (lostBefore != LostSteps)
                _logger.LogError("{Lost} steps of compensation were lost so far: more came than the disk took", lostBefore = LostSteps);
            if (!_options.UsesTable && file != writer.Current)
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
                    _logger.LogError(exception, "Steps of compensation can't be written to {Folder}; they wait in memory", _options.LogPath);
                if (stoppingToken.IsCancellationRequested)
                {
                    Interlocked.Add(ref _lost, batch.Count);
                    return;
                }
            }

            await Task.Delay(BetweenPasses, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ShipAsync(Task writing, CancellationToken stoppingToken)
    {
        var failing = false;
        Task<bool>? news = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            failing = await TryShipAsync(failing, stoppingToken).ConfigureAwait(false);
            // Other processes write, too, and do not tell; and what failed is tried again, but not faster.
            var pause = Task.Delay(BetweenPasses, _clock, stoppingToken);
            news ??= _written.Reader.ReadAsync(stoppingToken).AsTask();
            await (failing ? pause : Task.WhenAny(pause, news)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (news.IsCompleted)
                news = null;
        }

        await writing.ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(LastPass, _clock);
        await TryShipAsync(failing, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Returns whether it failed.</summary>
    async Task<bool> TryShipAsync(bool failedBefore, CancellationToken cancellationToken)
    {
        try
        {
            await _shipper.ShipAsync(cancellationToken).ConfigureAwait(false);
            if (failedBefore)
                _logger.LogInformation("The table of compensation steps has caught up");
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return failedBefore;
        }
        catch (Exception exception) when (PostgresDatabase.IsUnavailable(exception) || exception is UnauthorizedAccessException)
        {
            if (!failedBefore)
                _logger.LogWarning(exception, "Steps of compensation can't be brought to the table; they wait in {Folder}", _options.LogPath);
            return true;
        }
    }

    void RemoveOldFiles()
    {
        try
        {
            StepRetention.Apply(_options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(exception, "Old files of {Folder} can't be deleted", _options.LogPath);
        }
    }
}
