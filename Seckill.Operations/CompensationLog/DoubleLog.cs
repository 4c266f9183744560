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
    static readonly TimeSpan BetweenPasses = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LastPass = TimeSpan.FromSeconds(5);

    readonly CompensationLogOptions _options;
    readonly StepBuffer _buffer;
    readonly StepTable _table;
    readonly StepShipper _shipper;
    readonly TimeProvider _clock;
    readonly ILogger<DoubleLog> _logger;
    readonly CancellationTokenSource _stopping = new();
    Task _running = Task.CompletedTask;
    bool _disposed;

    /// <summary>A log that writes once it is started.</summary>
    public DoubleLog(
        IOptions<CompensationLogOptions> options, PostgresDatabase database, CompensationLogMetrics metrics, TimeProvider clock,
        ILogger<DoubleLog> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _buffer = new StepBuffer(_options, metrics, clock, logger);
        _table = new StepTable(database);
        _shipper = new StepShipper(_table, _options, logger);
        _clock = clock;
        _logger = logger;
    }

    /// <summary>
    /// Steps that found no place in memory because the disk was slow, full or broken, that came after the end, or at which writing broke down.
    /// </summary>
    public long LostSteps => _buffer.Lost;

    /// <inheritdoc/>
    public void Record(CompensationStep step) => _buffer.Add(step);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CompensationStep>> ReadAsync(Guid orderId, CancellationToken cancellationToken = default)
        => ReadAsync(x => x.ReadAsync(orderId, cancellationToken), x => StepSearch.FindAsync(x, orderId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CompensationStep>> ReadOutagesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
        => ReadAsync(
            x => x.ReadOutagesAsync(from, to, cancellationToken), x => StepSearch.FindOutagesAsync(x, from, to, cancellationToken), cancellationToken);

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
        _buffer.Complete();
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
        _buffer.Complete();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    async Task<IReadOnlyList<CompensationStep>> ReadAsync(
        Func<StepTable, Task<IReadOnlyList<CompensationStep>>> fromTable, Func<string, Task<IReadOnlyList<CompensationStep>>> fromFiles,
        CancellationToken cancellationToken)
    {
        if (_options.UsesTable)
        {
            try
            {
                return await fromTable(_table).ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgresDatabase.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
            {
                _logger.LogWarning(exception, "The table of compensation steps can't be read; what {Folder} has is shown", _options.LogPath);
            }
        }

        return await fromFiles(_options.LogPath).ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        var stoppingToken = _stopping.Token;
        var writing = _buffer.WriteAsync(stoppingToken);
        if (_options.UsesTable)
            await ShipAsync(writing, stoppingToken).ConfigureAwait(false);
        await writing.ConfigureAwait(false);
    }

    async Task ShipAsync(Task writing, CancellationToken stoppingToken)
    {
        var failing = false;
        Task? news = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            failing = await TryShipAsync(failing, stoppingToken).ConfigureAwait(false);
            // Other processes write, too, and do not tell; and what failed is tried again, but not faster.
            var pause = Task.Delay(BetweenPasses, _clock, stoppingToken);
            news ??= _buffer.WrittenAsync(stoppingToken);
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
#pragma warning disable CA1031 // Steps are in files, and wait there also while it is a bug that keeps them.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!failedBefore)
            {
                var isExpected = PostgresDatabase.IsUnavailable(exception) || exception is UnauthorizedAccessException;
                _logger.Log(isExpected ? LogLevel.Warning : LogLevel.Critical, exception,
                    "Steps of compensation can't be brought to the table; they wait in {Folder}", _options.LogPath);
            }

            return true;
        }
    }
}
