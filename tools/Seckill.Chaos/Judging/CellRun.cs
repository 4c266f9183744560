using System.Diagnostics;
using System.Globalization;

using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Chaos.Running;
using Seckill.Chaos.Selling;
using Seckill.Sagas.Audit;

namespace Seckill.Chaos.Judging;

/// <summary>One cell: programs as the fault wants them, an activity of its own, the sale, the fault, and what is left when everything is decided.</summary>
sealed class CellRun(PlannedCell cell, long activityId, CellServices services, ChaosWorld world)
{
    /// <summary>How long after the fault, and after the last request, every order must be decided and the books must balance.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // A sale that never gets to its fault, or a fault that never ends, is not waited for.
    static readonly TimeSpan LongestFault = TimeSpan.FromMinutes(5);

    readonly string _run = string.Create(CultureInfo.InvariantCulture, $"{activityId % 1_000_000_000:x}");
    readonly List<string> _findings = [];

    public async Task<CellResult> RunAsync(string repeat, CancellationToken cancellationToken)
    {
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        await world.Programs.StartMissingAsync();
        await world.Programs.ArmAsync("", cancellationToken);
        await services.Ledger.AddActivityAsync(activityId, cell.Cell.Name, cell.Stock, cancellationToken);
        await services.WaitUntilLiveAsync(activityId, cancellationToken);
        await world.Programs.EnsureAsync(cell.Fault.Settings(world.Programs));

        var buyers = BuyerCrowd.Gather(cell, _run, services.Tokens);
        await using var stuck = new StuckUnits(services.Redis, activityId, cell.Stock, buyers);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sale = new ChaosSale(services.Api, activityId, buyers, cell.FaultAt, cell.Fault.Lasts);
        stuck.Begin();
        var selling = sale.RunAsync(enough.Token);
        var keeping = new OrderKeeper(services.Api, services.Ledger, buyers, services.Tokens).RunAsync(enough.Token);
        var soldAfterwards = new List<SaleBuyer>();
        AuditReport report;
        TimeSpan decidedIn;
        try
        {
            await BreakAsync(sale, cancellationToken);
            await sale.AllSent.WaitAsync(cancellationToken);
            var since = Stopwatch.GetTimestamp();
            report = await SettleAsync(selling, buyers, soldAfterwards, stuck, since, cancellationToken);
            decidedIn = Stopwatch.GetElapsedTime(since);
        }
        finally
        {
            // Also when the cell can't be played to its end: its buyers must not go on into the next one.
            await enough.CancelAsync();
            await Task.WhenAll(selling, keeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(selling, keeping);
        await new CellJudge(cell, activityId, services, world, _findings).JudgeAsync([.. buyers, .. soldAfterwards], report, cancellationToken);
        return new CellResult
        {
            Name = cell.Cell.Name,
            Round = cell.Round,
            Fault = cell.Fault.Text,
            WasMet = cell.Fault.WasMet(world),
            FaultAtOrder = cell.FaultAt,
            StartedAt = startedAt,
            Seconds = Rounded(clock.Elapsed),
            Orders = cell.Orders,
            Stock = cell.Stock,
            Accepted = buyers.Count(x => x.OrderId is not null),
            Ends = buyers.Where(x => x.OrderId is not null).CountBy(x => x.Status).ToDictionary(),
            Refused = buyers.Where(x => x.OrderId is null).CountBy(x => x.Refusal ?? "no_answer").ToDictionary(),
            Retries = buyers.Sum(x => x.Retries),
            DecidedInSeconds = Rounded(decidedIn),
            Audit = report.Ok ? "ok" : string.Join(", ", report.Findings.CountBy(x => x.Kind).Select(x => $"{x.Value} {x.Key}")),
            UndersellUnitSeconds = Math.Round(stuck.UnitSeconds, 1),
            BlindSeconds = Math.Round(stuck.BlindSeconds, 1),
            SoldAfterwards = soldAfterwards.Count(x => x.OrderId is not null),
            Findings = _findings,
            Repeat = repeat,
        };
    }

    async Task BreakAsync(ChaosSale sale, CancellationToken cancellationToken)
    {
        await sale.FaultIsDue.WaitAsync(LongestFault, cancellationToken);
        try
        {
            await cell.Fault.BeginAsync(world, cancellationToken).WaitAsync(LongestFault, cancellationToken);
            await Task.Delay(cell.Fault.GoesOn, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _findings.Add($"the fault did not begin: {exception.GetType().Name}: {exception.Message}");
        }

        try
        {
            await cell.Fault.EndAsync(world, cancellationToken).WaitAsync(LongestFault, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _findings.Add($"the fault did not end: {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Until every buyer knows an end, what is left is sold, the books balance, late payments are given back, and what nobody can read is in the archive; or the bound has passed.</summary>
    async Task<AuditReport> SettleAsync(
        Task selling, IReadOnlyList<SaleBuyer> buyers, List<SaleBuyer> afterwards, StuckUnits stuck, long since, CancellationToken cancellationToken)
    {
        TimeSpan Left() => Bound - Stopwatch.GetElapsedTime(since);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Bound);
        await Task.WhenAny(selling, Task.Delay(Bound, bound.Token));
        // It counts what these buyers have: units that others buy now would be nobody's.
        await stuck.EndAsync();
        if (selling.IsCompleted)
            await SellTheRestAsync(afterwards, bound.Token);
        else
            _findings.Add(string.Create(CultureInfo.InvariantCulture, $"{Bound.TotalSeconds} s after the last request some buyers were not through; what was left was not sold"));

        while (true)
        {
            var everybody = buyers.Concat(afterwards).ToList();
            var orders = everybody.Select(x => x.OrderId).OfType<Guid>().ToList();
            try
            {
                var report = await services.AuditAsync(activityId, orders, cancellationToken);
                if (Left() <= TimeSpan.Zero || (report.Ok && await IsQuietAsync(orders, cancellationToken)))
                    return report;
            }
            catch (Exception exception) when (Left() > TimeSpan.Zero && CellServices.IsPassing(exception))
            {
                // A server that has been back for a moment only.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    async Task<bool> IsQuietAsync(List<Guid> orders, CancellationToken cancellationToken)
        => (await services.Ledger.CompensatedAsync(orders, cancellationToken)).Count == 0
            && (await services.Ledger.OwedPaymentsAsync(activityId, cancellationToken)).Count == 0
            && (await services.NotArchivedAsync(cell.Fault.Unreadable, cancellationToken)).Count == 0;

    /// <summary>What the stock offers must be there: so many more buyers get a unit each, and the next ones none.</summary>
    async Task SellTheRestAsync(List<SaleBuyer> afterwards, CancellationToken cancellationToken)
    {
        const int TooMany = 3;
        try
        {
            int? available;
            await using var looking = new StuckUnits(services.Redis, activityId, cell.Stock, []);
            while ((available = await looking.AvailableAsync()) is null)
                await Task.Delay(Pause, cancellationToken);
            afterwards.AddRange(Enumerable.Range(0, Math.Max(0, available.Value) + TooMany).Select(x => BuyerCrowd.Late(_run, x, services.Tokens)));
            await Parallel.ForEachAsync(afterwards.Index(), cancellationToken, async (x, token)
                => await new BuyerWalk(services.Api, activityId, x.Item, x.Index).RunAsync(token));
        }
        catch (OperationCanceledException)
        {
            // The bound has passed; the judge says who has no answer.
        }
    }

    static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 1);
}
