using System.Diagnostics;
using System.Globalization;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Bench.Surroundings;
using Seckill.Cli;
using Seckill.Cli.Demo;
using Seckill.Ledger.Catalog;
using Seckill.Sagas.Audit;

using Activity = Seckill.Ledger.Catalog.Activity;

namespace Seckill.Bench.Scenarios;

/// <summary>What every scenario works with: the system that is measured, activities, crowds, the clock, the audit.</summary>
sealed class BenchWorld(Uri api, CpuMeter cpu, ServiceProvider services, TextWriter writer)
{
    // Longer than any run: the clock is not to cancel unpaid orders meanwhile.
    static readonly TimeSpan Open = TimeSpan.FromHours(12);
    const int PaymentWindowSeconds = 86_400;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly ActivityCatalog _catalog = services.GetRequiredService<ActivityCatalog>();
    readonly DemoLedger _ledger = ActivatorUtilities.CreateInstance<DemoLedger>(services);
    long _lastActivityId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000;

    public Uri Api { get; } = api;

    public CpuMeter Cpu { get; } = cpu;

    public ServiceProvider Services { get; } = services;

    public Buyers Buyers { get; } = new(ToolServices.Tokens(services));

    public long NextActivityId() => ++_lastActivityId;

    public void Say(FormattableString text) => writer.WriteLine("  " + text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds an activity, one unit a buyer, without waiting for its stock.</summary>
    public async Task<long> AddActivityAsync(string name, int stock, int skus, CancellationToken cancellationToken)
    {
        var (activityId, now) = (NextActivityId(), DateTimeOffset.UtcNow);
        var each = (stock + skus - 1) / skus;
        await _catalog.AddAsync(new Activity
        {
            ActivityId = activityId,
            Name = name,
            OpensAt = now.AddMinutes(-1),
            ClosesAt = now + Open,
            PerBuyerLimit = 1,
            PaymentWindowSeconds = PaymentWindowSeconds,
            Skus = [.. Enumerable.Range(1, skus).Select(x => new ActivitySku { SkuId = x, Name = name, UnitPriceCents = 9_900, Total = each })],
        }, now, cancellationToken);
        return activityId;
    }

    /// <summary>Adds an activity and returns when it can be bought from.</summary>
    public async Task<long> OpenActivityAsync(string name, int stock, int skus, CancellationToken cancellationToken)
    {
        var activityId = await AddActivityAsync(name, stock, skus, cancellationToken);
        await SaleApi.WaitUntilLiveAsync(Api, await SaleApi.ResolveAsync(Api, cancellationToken), [activityId], cancellationToken);
        return activityId;
    }

    /// <summary>Opens an activity with a unit for everybody, runs a crowd through a closed loop, each until its order is decided, and audits.</summary>
    public async Task<(LoadFigures Load, AuditOutcome Audit)> RunCrowdAsync(
        string what, int count, int inFlight, int skus, CancellationToken cancellationToken)
    {
        var activityId = await OpenActivityAsync("Bench", count, skus, cancellationToken);
        var crowd = Buyers.Gather(Api.Authority, activityId, count, skus, untilDecided: true);
        var load = await ClosedLoopAsync(what, Api, crowd, inFlight, cancellationToken);
        return (load, await AuditAsync(what, crowd, cancellationToken));
    }

    /// <summary>Waits until all orders of an activity that were accepted are committed; whether they are, and how long that took.</summary>
    public async Task<(AuditOutcome All, TimeSpan Waited)> AwaitCommittedAsync(string what, long activityId, long accepted, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var committed = (await _ledger.CommittedAsync([activityId], cancellationToken)).GetValueOrDefault(activityId);
            if (committed == accepted)
                return (new AuditOutcome(true, 0, []), watch.Elapsed);

            if (committed > accepted || watch.Elapsed > Patience)
            {
                var finding = string.Create(CultureInfo.InvariantCulture, $"{what}: {accepted} orders were accepted and {committed} committed");
                return (new AuditOutcome(false, 0, [finding]), watch.Elapsed);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Runs orders through a closed loop and measures it.</summary>
    public async Task<LoadFigures> ClosedLoopAsync(
        string what, Uri server, IReadOnlyList<BenchOrder> orders, int inFlight, CancellationToken cancellationToken)
    {
        var loop = new ClosedLoop(await SaleApi.ResolveAsync(server, cancellationToken), orders, inFlight, follow: true);
        return await MeasureAsync(what, orders, inFlight, loop.RunAsync, () => loop.Done, cancellationToken);
    }

    /// <summary>Measures a load from its first request to its last decision.</summary>
    public async Task<LoadFigures> MeasureAsync(
        string what, IReadOnlyList<BenchOrder> orders, int inFlight, Func<Action, CancellationToken, Task> run, Func<int> done, CancellationToken cancellationToken)
    {
        var (startedAt, spent) = await TimeAsync(what, orders.Count, run, done, cancellationToken);
        var figures = Account.Of(orders, inFlight, startedAt, spent);
        var latency = figures.Committed;
        Say($"{what}: {figures.PerSecond:0}/s, mean {latency.MeanMs:0.0} ms, p99 {latency.P99Ms:0.0} ms, {spent.Total:0} µs of CPU an order");
        if (figures.NotConfirmed.Count > 0)
            Say($"{what}: NOT CONFIRMED: {string.Join(", ", figures.NotConfirmed.Select(x => $"{x.Value} {x.Key}"))}");
        return figures;
    }

    /// <summary>Runs a load; returns when its clock was started, and what was spent on each order since.</summary>
    /// <exception cref="TimeoutException">Nothing has moved for a long time.</exception>
    public async Task<(long StartedAt, CpuCost Spent)> TimeAsync(
        string what, int count, Func<Action, CancellationToken, Task> run, Func<int> done, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        // What was thrown away so far is not to be collected while the clock runs.
        GC.Collect();
        CpuReading? before = null;
        long startedAt = 0;
        await using var progress = new Progress(what, count, done, Say, cancellationToken);
        try
        {
            await run(() =>
            {
                before = Cpu.Read();
                startedAt = Stopwatch.GetTimestamp();
            }, progress.Token);
        }
        catch (OperationCanceledException) when (progress.IsStalled)
        {
            throw new TimeoutException($"{what}: nothing has moved for {Progress.Patience.TotalSeconds} s, {done()} of {count} orders are through");
        }

        return (startedAt, Cpu.Read().Since(before!, count));
    }

    /// <summary>Audits what the orders left behind; every one that was accepted must be decided and in the books.</summary>
    public async Task<AuditOutcome> AuditAsync(string scenario, IReadOnlyCollection<BenchOrder> orders, CancellationToken cancellationToken)
        => await AuditAsync(scenario, [.. orders.Select(x => x.ActivityId).Distinct()],
            [.. orders.Where(x => x.OrderId is not null).Select(x => new AcceptedOrder(x.OrderId!.Value, x.ActivityId))], cancellationToken);

    /// <summary>Audits activities in which nothing is in flight any more.</summary>
    public async Task<AuditOutcome> AuditAsync(
        string scenario, IReadOnlyList<long> activityIds, IReadOnlyList<AcceptedOrder> accepted, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var report = await Services.GetRequiredService<AuditService>().RunAsync(
            new AuditScope { ActivityIds = activityIds, Accepted = accepted, Settled = true }, cancellationToken);
        Say($"audit of {scenario}: {(report.Ok ? "ok" : "THE BOOKS DO NOT BALANCE")}, {report.Totals.Orders} orders, {watch.Elapsed.TotalSeconds:0.0} s");
        return new AuditOutcome(report.Ok, report.Totals.Orders, [.. report.Findings.Select(x => string.Create(CultureInfo.InvariantCulture,
            $"{scenario}: {x.Kind}, activity {x.ActivityId}, order {x.OrderId}: expected {x.Expected}, found {x.Actual}"))]);
    }

    /// <summary>What scenarios expect of a load besides its books: nothing was refused and nothing is undecided.</summary>
    public static AuditOutcome Expect(string scenario, LoadFigures load)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new AuditOutcome(load.NotConfirmed.Count == 0, 0, [.. load.NotConfirmed.Select(x => $"{scenario}: {x.Value} orders were not confirmed: {x.Key}")]);
    }
}
