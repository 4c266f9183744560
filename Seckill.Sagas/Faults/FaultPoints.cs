using System.Collections.Frozen;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Seckill.Sagas.Faults;

/// <summary>
/// Where tests let a worker crash, fail or hesitate in the middle of an order. Off unless configured, and then a pass costs one null check.
/// </summary>
public sealed class FaultPoints
{
    readonly FrozenDictionary<string, ArmedFault[]>? _armed;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Action<string> _crash;

    /// <summary>Arms the faults given; with none, every pass is free.</summary>
    /// <param name="settings">The faults; of several at a point an order meets the first that is for it.</param>
    /// <param name="countsDirectory">Where passes of orders are counted together with other processes; null: in this process alone.</param>
    /// <param name="time">For delays.</param>
    /// <param name="logger">Told of what is on, and of what is thrown.</param>
    public FaultPoints(IReadOnlyCollection<FaultSetting> settings, string? countsDirectory, TimeProvider time, ILogger<FaultPoints> logger)
        : this(settings, countsDirectory is null ? new RememberedPasses() : new SharedPasses(countsDirectory), time, logger, CrashProcess)
    {
    }

    internal FaultPoints(IReadOnlyCollection<FaultSetting> settings, IOrderPasses orders, TimeProvider time, ILogger logger, Action<string> crash)
    {
        _time = time;
        _logger = logger;
        _crash = crash;
        if (settings.Count == 0)
            return;

        _armed = settings.GroupBy(x => x.Point, StringComparer.Ordinal)
            .ToFrozenDictionary(x => x.Key, x => x.Select(setting => new ArmedFault(setting, orders)).ToArray(), StringComparer.Ordinal);
        foreach (var setting in settings)
            logger.LogWarning("Fault point {Point} is on: {Setting}", setting.Point, setting);
    }

    /// <summary>No fault anywhere: for code that is built by hand.</summary>
    public static FaultPoints None { get; } = new([], countsDirectory: null, TimeProvider.System, NullLogger<FaultPoints>.Instance);

    /// <summary>Called by code that reached the point <paramref name="name"/>, one of <see cref="FaultPointNames"/>, with many orders at once.</summary>
    /// <exception cref="InjectedFaultException">The point is armed to throw.</exception>
    public ValueTask PassAsync(string name, CancellationToken cancellationToken = default)
        => _armed is null ? ValueTask.CompletedTask : PassArmedAsync(_armed, name, default, null, cancellationToken);

    /// <summary>Called by code that reached the point <paramref name="name"/>, one of <see cref="FaultPointNames"/>, with this order.</summary>
    /// <exception cref="InjectedFaultException">The point is armed to throw.</exception>
    public ValueTask PassAsync(string name, Guid orderId, string buyerId, CancellationToken cancellationToken = default)
        => _armed is null ? ValueTask.CompletedTask : PassArmedAsync(_armed, name, orderId, buyerId, cancellationToken);

    async ValueTask PassArmedAsync(
        FrozenDictionary<string, ArmedFault[]> armed, string name, Guid orderId, string? buyerId, CancellationToken cancellationToken)
    {
        if (!armed.TryGetValue(name, out var faults) || Array.Find(faults, x => x.IsFor(buyerId)) is not { } fault)
            return;

        var pass = fault.CountPass(orderId);
        switch (fault.Setting.Kind)
        {
            case FaultKind.Crash when pass == fault.Setting.Argument:
                _crash(name);
                break;
            case FaultKind.Throw when pass <= fault.Setting.Argument:
                _logger.LogWarning("Fault point {Point} throws at pass {Pass}, order {OrderId}", name, pass, buyerId is null ? null : orderId);
                throw new InjectedFaultException(name, pass);
            case FaultKind.Delay:
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Setting.Argument), _time, cancellationToken);
                break;
        }
    }

    // Not Environment.Exit or FailFast: a crash worth testing runs no handler, flushes nothing and leaves no core file.
    static void CrashProcess(string point)
    {
        Console.Error.WriteLine($"Fault point {point}: this process ends now");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }
}
