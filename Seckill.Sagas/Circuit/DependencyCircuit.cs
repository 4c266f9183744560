using System.Collections.Concurrent;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using MySqlConnector;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Kafka;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.Operations.Alerts;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Circuit;

/// <summary>
/// Tells an order's own failure from one that everybody has. When a server is away that every order needs, the circuit opens: the topic endpoints of
/// this process pause and orders wait in Kafka, instead of walking to the archive one by one. It closes when probes succeed. (Nygard, Release It!,
/// 2007: Circuit Breaker; here the question whether to open is put to the server itself, so that one order's bad luck opens nothing.)
/// </summary>
public sealed class DependencyCircuit(
    IEnumerable<IDependencyProbe> probes, ActivityCatalog catalog, IServiceProvider services, IAlerts alerts, ICompensationLog log, IOptions<CircuitOptions> options,
    CircuitMetrics metrics, TimeProvider time, ILogger<DependencyCircuit> logger) : BackgroundService
{
    readonly IReadOnlyList<IDependencyProbe> _probes = [.. probes];
    readonly CircuitOptions _options = options.Value;
    readonly ConcurrentDictionary<long, bool> _activities = new();
    readonly Lock _gate = new();
    readonly SemaphoreSlim _opened = new(0);
    OpenCircuit? _open;
    Task<OpenCircuit?>? _probing;

    /// <summary>Why it is open; null while it is closed.</summary>
    public OpenCircuit? Open
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>Waits while it is open.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
        => Open is { } open ? open.Closed.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Whether a failure is everybody's: then the same is to be tried again later, however often. Asks the servers when it may be, and opens the
    /// circuit when one of them does not answer.
    /// </summary>
    public async Task<bool> IsEverybodysAsync(Exception exception, CancellationToken cancellationToken)
    {
        if (Open is not null)
            return true;
        // Kafka's absence is seen by the rider itself; stock that is being rebuilt comes back, or the servers it is rebuilt from are away.
        if (Find<KafkaUnavailableException>(exception) is not null)
            return true;
        if (Find<StockNotReadyException>(exception) is { } notReady)
            return await ExistsAsync(notReady.ActivityId, cancellationToken);
        // A full disk is full for everybody, though the server answers each probe.
        if ((Find<MySqlException>(exception) is { } refusal && MySqlFaults.HasNoRoom(refusal)) || Find(exception, RedisFaults.HasNoRoom) is not null)
            return true;
        if (!TransientFaults.IsTransient(exception))
            return false;

        return await ProbeTogetherAsync().WaitAsync(cancellationToken) is not null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _opened.WaitAsync(stoppingToken);
                await WaitForServersAsync(stoppingToken);
                await CloseAsync();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _opened.Dispose();
        base.Dispose();
    }

    async Task WaitForServersAsync(CancellationToken stoppingToken)
    {
        for (var successes = 0; successes < _options.ClosesAfter;)
        {
            // Spread by a fifth, so that many workers do not knock at a server that comes up all at once.
            await Task.Delay(TimeSpan.FromMilliseconds(_options.ProbeIntervalMilliseconds * (0.9 + (0.2 * Random.Shared.NextDouble()))), time, stoppingToken);
            successes = await ProbeAsync(stoppingToken) is null ? successes + 1 : 0;
        }
    }

    /// <summary>Whoever asks while a probe is under way gets its answer.</summary>
    Task<OpenCircuit?> ProbeTogetherAsync()
    {
        lock (_gate)
        {
            if (_open is not null)
                return Task.FromResult<OpenCircuit?>(_open);

            return _probing ??= RunAsync();
        }

        async Task<OpenCircuit?> RunAsync()
        {
            // Off this thread: the lock above is held while this method runs up to its first wait.
            await Task.Yield();
            var failure = await ProbeAsync(CancellationToken.None);
            lock (_gate)
            {
                _probing = null;
                _open = failure;
            }

            if (failure is not null)
                await OpenedAsync(failure);
            return failure;
        }
    }

    async Task<OpenCircuit?> ProbeAsync(CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(_probes.Select(x => ProbeAsync(x, cancellationToken)));
        return failures.FirstOrDefault(x => x is not null);
    }

    async Task<OpenCircuit?> ProbeAsync(IDependencyProbe probe, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await probe.ProbeAsync(timeout.Token).WaitAsync(TimeSpan.FromMilliseconds(_options.ProbeTimeoutMilliseconds), time, cancellationToken);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new OpenCircuit(probe.Name, exception.Message, time.GetUtcNow());
        }
        finally
        {
            await timeout.CancelAsync();
        }
    }

    async Task OpenedAsync(OpenCircuit open)
    {
        logger.LogError("{Dependency} is away for everybody: orders wait in Kafka until it is back ({Reason})", open.Dependency, open.Reason);
        metrics.Note(open.Dependency);
        foreach (var endpoint in Endpoints())
            endpoint.Pause();
        _opened.Release();
        log.Record(new CompensationStep { At = open.Since, Step = CompensationStepNames.DependencyDown, Cause = open.Dependency, Detail = open.Reason });
        await RaiseAsync(open, isResolved: false);
    }

    async Task CloseAsync()
    {
        if (Open is not { } open)
            return;

        var now = time.GetUtcNow();
        var lasted = now - open.Since;
        logger.LogWarning("{Dependency} is back after {Lasted}: orders get on", open.Dependency, lasted);
        // While it is still open nobody opens it anew and pauses them: the pause of the next time comes after this.
        foreach (var endpoint in Endpoints())
            endpoint.Resume();
        lock (_gate)
            _open = null;
        metrics.Note(null);
        open.Close();
        log.Record(new CompensationStep
        {
            At = now,
            Step = CompensationStepNames.DependencyUp,
            Cause = open.Dependency,
            Detail = $"was away since {open.Since:u}",
            DurationMs = (long)lasted.TotalMilliseconds,
        });
        await RaiseAsync(open, isResolved: true);
    }

    Task RaiseAsync(OpenCircuit open, bool isResolved) => alerts.RaiseAsync(new Alert
    {
        Severity = AlertSeverity.Urgent,
        Kind = AlertKinds.DependencyDown,
        Key = open.Dependency,
        At = time.GetUtcNow(),
        IsResolved = isResolved,
        Facts =
        [
            new("dependency", open.Dependency), new("since", open.Since.ToString("u")), new("reason", open.Reason),
        ],
    });

    // Known once the bus has been built, which is built with this object.
    IEnumerable<IKafkaEndpointControl> Endpoints() => services.GetService<IKafkaEndpoints>() ?? Enumerable.Empty<IKafkaEndpointControl>();

    /// <summary>Whether there is such an activity to wait for. Of one that there is none of, no stock will ever be ready, and its order would be tried for ever.</summary>
    async Task<bool> ExistsAsync(long activityId, CancellationToken cancellationToken)
    {
        // Activities come and never go.
        if (_activities.ContainsKey(activityId))
            return true;
        if (await catalog.FindAsync(activityId, cancellationToken) is not { Skus.Count: > 0 })
            return false;

        _activities[activityId] = true;
        return true;
    }

    static T? Find<T>(Exception? exception)
        where T : Exception
        => (T?)Find(exception, x => x is T);

    static Exception? Find(Exception? exception, Func<Exception, bool> isIt) => exception switch
    {
        null => null,
        _ when isIt(exception) => exception,
        AggregateException aggregate => aggregate.InnerExceptions.Select(x => Find(x, isIt)).FirstOrDefault(x => x is not null),
        _ => Find(exception.InnerException, isIt),
    };
}

/// <summary>Why the circuit is open.</summary>
/// <param name="Dependency">The server that does not answer.</param>
/// <param name="Reason">What happens instead, in words.</param>
/// <param name="Since">When that was seen first.</param>
public sealed record OpenCircuit(string Dependency, string Reason, DateTimeOffset Since)
{
    readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it closes.</summary>
    public Task Closed => _closed.Task;

    internal void Close() => _closed.TrySetResult();
}
