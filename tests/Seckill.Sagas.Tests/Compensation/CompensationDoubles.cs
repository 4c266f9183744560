using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

using Seckill.Contracts;
using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Compensation;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>A clock that tests move. Between their moves it runs, unless it is told to stand.</summary>
sealed class MovableClock(DateTimeOffset? standsAt = null) : TimeProvider
{
    long _offset;

    public override DateTimeOffset GetUtcNow() => (standsAt ?? DateTimeOffset.UtcNow) + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}

/// <summary>Collects alerts.</summary>
sealed class RecordingAlerts : IAlerts
{
    public ConcurrentQueue<Alert> All { get; } = new();

    public Task RaiseAsync(Alert alert, CancellationToken cancellationToken = default)
    {
        All.Enqueue(alert);
        return Task.CompletedTask;
    }
}

/// <summary>Keeps the steps of compensation.</summary>
sealed class RecordingLog : ICompensationLog
{
    readonly ConcurrentQueue<CompensationStep> _steps = new();

    public void Record(CompensationStep step) => _steps.Enqueue(step);

    public Task<IReadOnlyList<CompensationStep>> ReadAsync(Guid orderId, CancellationToken cancellationToken = default)
        => Task.FromResult<IReadOnlyList<CompensationStep>>(_steps.Where(x => x.OrderId == orderId).ToList());

    public Task<IReadOnlyList<CompensationStep>> ReadOutagesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
        => Task.FromResult<IReadOnlyList<CompensationStep>>(_steps.Where(x => CompensationStepNames.IsOutage(x.Step) && x.At >= from && x.At <= to).ToList());

    public IReadOnlyList<string> StepsOf(Guid orderId) => [.. _steps.Where(x => x.OrderId == orderId).Select(x => x.Step)];
}

/// <summary>An archive in memory, which can be down.</summary>
sealed class MemoryArchive : IFailedOrderArchive
{
    readonly ConcurrentDictionary<string, FailedOrder> _orders = new();

    int _adding;

    public bool IsDown { get; set; }

    /// <summary>What happens elsewhere while an order is being added.</summary>
    public Func<FailedOrder, Task> WhileAdding { get; set; } = _ => Task.CompletedTask;

    /// <summary>Orders that were being added at the same time.</summary>
    public int MostAtOnce { get; private set; }

    public async Task<bool> AddAsync(FailedOrder order, CancellationToken cancellationToken = default)
    {
        Check();
        lock (_orders)
            MostAtOnce = Math.Max(MostAtOnce, ++_adding);
        // As long as others need to come in.
        await Task.Delay(5, cancellationToken);
        await WhileAdding(order);
        lock (_orders)
            _adding--;
        return _orders.TryAdd(order.ArchiveId, order);
    }

    public Task<FailedOrder?> FindAsync(string archiveId, CancellationToken cancellationToken = default)
    {
        Check();
        return Task.FromResult(_orders.GetValueOrDefault(archiveId));
    }

    public Task<FailedOrderPage> ListAsync(FailedOrderFilter filter, string? after, int limit, CancellationToken cancellationToken = default)
        => Task.FromResult(new FailedOrderPage([.. _orders.Values], null));

    public async IAsyncEnumerable<FailedOrder> ReadAsync(
        FailedOrderFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var order in _orders.Values)
            yield return order;
        await Task.CompletedTask;
    }

    public Task<long> CountAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default)
        => Task.FromResult<long>(_orders.Count);

    public Task<HandleOutcome> MarkHandledAsync(string archiveId, Handling handling, CancellationToken cancellationToken = default)
    {
        Check();
        if (!_orders.TryGetValue(archiveId, out var order))
            return Task.FromResult(HandleOutcome.Unknown);
        if (order.Handling is not null)
            return Task.FromResult(HandleOutcome.AlreadyHandled);

        _orders[archiveId] = order with { Handling = handling };
        return Task.FromResult(HandleOutcome.Handled);
    }

    void Check()
    {
        if (IsDown)
            throw new ArchiveUnavailableException("the archive is down", new IOException("refused"));
    }
}

/// <summary>Kafka: hands what is published to whoever the test names, and remembers it.</summary>
sealed class RecordingPublisher : ICompensationPublisher
{
    public ConcurrentQueue<CompensateOrder> Orders { get; } = new();

    public ConcurrentQueue<CompensationDeadLetter> DeadLetters { get; } = new();

    /// <summary>Reads the topic so fast that it is done with a letter before its sender knows that it was sent.</summary>
    public Func<CompensationDeadLetter, Task> FastReader { get; set; } = _ => Task.CompletedTask;

    public Task PublishAsync(CompensateOrder message, CancellationToken cancellationToken = default)
    {
        Orders.Enqueue(message);
        return Task.CompletedTask;
    }

    public Task PublishAsync(CompensationDeadLetter message, CancellationToken cancellationToken = default)
    {
        DeadLetters.Enqueue(message);
        return FastReader(message);
    }
}

/// <summary>A server that can be away.</summary>
sealed class SwitchedProbe : IDependencyProbe
{
    int _probes;

    public string Name => "redis";

    public bool IsAway { get; set; }

    public int Probes => _probes;

    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _probes);
        return IsAway ? Task.FromException(new IOException("connection refused")) : Task.CompletedTask;
    }
}
