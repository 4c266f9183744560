using System.Globalization;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Seckill.Faults;

/// <summary>
/// Where tests let a process crash, fail or hesitate in the middle of an order. Off unless configured, and then a pass costs one null check.
/// Others can be armed, and disarmed, while it runs (<see cref="FaultPointsFile"/>).
/// </summary>
public sealed class FaultPoints
{
    readonly ArmedFault[]?[]? _always;
    readonly bool _mayChange;
    readonly long _seed;
    readonly IOrderPasses _orders;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Action<string> _crash;
    volatile ArmedFault[]?[]? _armed;

    /// <summary>Arms the faults given; with none, every pass is free.</summary>
    /// <param name="settings">The faults; of several at a point an order meets the first that is for it.</param>
    /// <param name="seed">Decides those that happen by chance.</param>
    /// <param name="countsDirectory">Where passes of orders are counted together with other processes; null: in this process alone.</param>
    /// <param name="time">For delays.</param>
    /// <param name="logger">Told of what is on, and of what is thrown.</param>
    /// <param name="mayChange">Whether others may be armed later.</param>
    public FaultPoints(
        IReadOnlyCollection<FaultSetting> settings, long seed, string? countsDirectory, TimeProvider time, ILogger<FaultPoints> logger, bool mayChange = false)
        : this(settings, seed, countsDirectory is null ? new RememberedPasses() : new SharedPasses(countsDirectory), time, logger, CrashProcess)
    {
        _mayChange = mayChange;
    }

    internal FaultPoints(
        IReadOnlyCollection<FaultSetting> settings, long seed, IOrderPasses orders, TimeProvider time, ILogger logger, Action<string> crash)
    {
        _seed = seed;
        _orders = orders;
        _time = time;
        _logger = logger;
        _crash = crash;
        Arm(settings);
        _always = _armed;
    }

    /// <summary>No fault anywhere: for code that is built by hand.</summary>
    public static FaultPoints None { get; } = new([], seed: 0, countsDirectory: null, TimeProvider.System, NullLogger<FaultPoints>.Instance);

    /// <summary>Whether any is on, or may be later.</summary>
    public bool AreOn => _mayChange || _armed is not null;

    /// <summary>How often an armed point was passed, those passes left out that are counted for each order.</summary>
    public long PassesOf(FaultPoint point) => _armed?[point.Index]?.Sum(x => x.Passes) ?? 0;

    /// <summary>Called by code that reached the point, with many orders at once or with none.</summary>
    /// <exception cref="InjectedFaultException">The point is armed to throw.</exception>
    /// <exception cref="LostReplyException">The point is armed to lose a reply.</exception>
    public ValueTask PassAsync(FaultPoint point, CancellationToken cancellationToken = default)
        => _armed?[point.Index] is { } faults ? PassArmedAsync(faults, default, null, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>As <see cref="PassAsync(FaultPoint, CancellationToken)"/>, by code on a thread of its own, which waits.</summary>
    /// <inheritdoc cref="PassAsync(FaultPoint, CancellationToken)" path="/exception"/>
    public void Pass(FaultPoint point)
    {
        if (_armed?[point.Index] is { } faults)
            PassArmedAsync(faults, default, null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Called by code that reached the point with this order.</summary>
    /// <inheritdoc cref="PassAsync(FaultPoint, CancellationToken)" path="/exception"/>
    public ValueTask PassAsync(FaultPoint point, Guid orderId, string? buyerId, CancellationToken cancellationToken = default)
        => _armed?[point.Index] is { } faults ? PassArmedAsync(faults, orderId, buyerId, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Arms faults besides those that it was made with, and in place of those of the call before. Their passes count from 1.</summary>
    internal void Arm(IReadOnlyCollection<FaultSetting> settings)
    {
        if (settings.Count == 0)
        {
            _armed = _always;
            return;
        }

        var armed = _always?.ToArray() ?? new ArmedFault[KnownPoints.All.Count][];
        foreach (var point in settings.GroupBy(x => x.Point))
        {
            var first = armed[point.Key.Index] ?? [];
            armed[point.Key.Index] = [.. first, .. point.Select((setting, i) => new ArmedFault(setting, new FaultChance(_seed, setting.Point, first.Length + i), _orders))];
        }

        foreach (var setting in settings)
            _logger.LogWarning("Fault point {Point} is on: {Setting}, seed {Seed}", setting.Point, setting, _seed);
        _armed = armed;
    }

    async ValueTask PassArmedAsync(ArmedFault[] faults, Guid orderId, string? buyerId, CancellationToken cancellationToken)
    {
        if (Array.Find(faults, x => x.IsFor(buyerId)) is not { } fault)
            return;

        var pass = fault.CountPass(orderId);
        if (!fault.HappensAt(pass))
            return;

        var point = fault.Setting.Point;
        switch (fault.Setting.Kind)
        {
            case FaultKind.Crash:
                _crash(point.Name);
                break;
            case FaultKind.Throw:
                _logger.LogWarning("Fault point {Point} throws at pass {Pass}, order {OrderId}", point, pass, buyerId is null ? null : orderId);
                throw new InjectedFaultException(point, pass);
            case FaultKind.Lost:
                _logger.LogWarning("Fault point {Point} loses a reply at pass {Pass}, order {OrderId}", point, pass, buyerId is null ? null : orderId);
                throw new LostReplyException(point, pass);
            case FaultKind.Delay:
                // One that meets every order would fill the log.
                if (fault.IsFirst())
                    _logger.LogWarning("Fault point {Point} delays pass {Pass}, order {OrderId}, the first of those that it delays", point, pass, buyerId is null ? null : orderId);
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Setting.DelayMilliseconds), _time, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>What a process prints before it crashes at a point.</summary>
    public static string LastWords(string point, int processId) => string.Create(CultureInfo.InvariantCulture, $"Fault point {point}: process {processId} ends now");

    // Not Environment.Exit or FailFast: a crash worth testing runs no handler, flushes nothing and leaves no core file.
    static void CrashProcess(string point)
    {
        Console.Error.WriteLine(LastWords(point, Environment.ProcessId));
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }
}
