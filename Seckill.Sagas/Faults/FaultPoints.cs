using System.Collections.Frozen;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Seckill.Sagas.Faults;

/// <summary>
/// Where tests let a worker crash, fail or hesitate in the middle of an order. Off unless configured, and then a pass costs one null check.
/// </summary>
public sealed class FaultPoints
{
    readonly FrozenDictionary<string, ArmedFault>? _armed;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Action<string> _crash;

    /// <summary>Arms the faults given; with none, every pass is free.</summary>
    public FaultPoints(IReadOnlyCollection<FaultSetting> settings, TimeProvider time, ILogger<FaultPoints> logger)
        : this(settings, time, logger, CrashProcess)
    {
    }

    internal FaultPoints(IReadOnlyCollection<FaultSetting> settings, TimeProvider time, ILogger logger, Action<string> crash)
    {
        _time = time;
        _logger = logger;
        _crash = crash;
        if (settings.Count == 0)
            return;

        _armed = settings.ToFrozenDictionary(x => x.Point, x => new ArmedFault(x), StringComparer.Ordinal);
        foreach (var setting in settings)
            logger.LogWarning("Fault point {Point} is on: {Kind} {Argument}", setting.Point, setting.Kind, setting.Argument);
    }

    /// <summary>No fault anywhere: for code that is built by hand.</summary>
    public static FaultPoints None { get; } = new([], TimeProvider.System, NullLogger<FaultPoints>.Instance);

    /// <summary>Called by code that reached the point <paramref name="name"/>, one of <see cref="FaultPointNames"/>.</summary>
    /// <exception cref="InjectedFaultException">The point is armed to throw.</exception>
    public ValueTask PassAsync(string name, CancellationToken cancellationToken = default)
        => _armed is null ? ValueTask.CompletedTask : PassArmedAsync(_armed, name, cancellationToken);

    async ValueTask PassArmedAsync(FrozenDictionary<string, ArmedFault> armed, string name, CancellationToken cancellationToken)
    {
        if (!armed.TryGetValue(name, out var fault))
            return;

        var pass = fault.CountPass();
        switch (fault.Setting.Kind)
        {
            case FaultKind.Crash when pass == fault.Setting.Argument:
                _crash(name);
                break;
            case FaultKind.Throw when pass <= fault.Setting.Argument:
                _logger.LogWarning("Fault point {Point} throws at pass {Pass}", name, pass);
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

    sealed class ArmedFault(FaultSetting setting)
    {
        long _passes;

        public FaultSetting Setting { get; } = setting;

        public long CountPass() => Interlocked.Increment(ref _passes);
    }
}
