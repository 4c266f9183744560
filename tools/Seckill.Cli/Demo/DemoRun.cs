using System.Diagnostics;
using System.Globalization;
using System.Net;

using Seckill.Hosting.Identity;
using Seckill.Sagas.Audit;

namespace Seckill.Cli.Demo;

/// <summary>A whole demo: fresh activities, a warm-up, the sale, and the audit of what it left.</summary>
sealed class DemoRun(DemoOptions options, DemoLedger ledger, AuditService audit, TokenIssuer tokens, TimeProvider time, TextWriter progress)
{
    static readonly TimeSpan SettlePause = TimeSpan.FromSeconds(1);

    readonly TimeSpan _patience = TimeSpan.FromSeconds(options.PatienceSeconds);
    readonly Servers _servers = new(TimeSpan.FromSeconds(options.PatienceSeconds), progress);

    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        // Unique for each run, and a whole number that JSON readers keep exactly.
        var firstId = startedAt.ToUnixTimeMilliseconds() * 1_000;
        var run = startedAt.ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        var activityIds = Enumerable.Range(1, options.Activities).Select(x => firstId + x).ToList();
        var endPoint = await SaleApi.ResolveAsync(options.Api, cancellationToken);

        await StepAsync($"{options.Activities} activities of {options.Stock} units", async () =>
        {
            foreach (var activityId in activityIds)
                await AddActivityAsync(activityId, string.Create(CultureInfo.InvariantCulture, $"Demo {activityId}"), options.Stock, cancellationToken);
        });
        if (options.WarmUpBuyers > 0)
            await StepAsync($"warm-up: a sale to {options.WarmUpBuyers} other buyers, not counted", () => WarmUpAsync(endPoint, firstId, run + "w", cancellationToken));

        IReadOnlyList<Placement> placements = [];
        IReadOnlyList<Buyer> buyers = [];
        await StepAsync($"tokens and requests of {options.Buyers} buyers", () =>
        {
            buyers = Crowd.Gather(options, run, activityIds, options.Buyers, tokens);
            placements = Crowd.Mixed(buyers, new Random(1));
            return Task.CompletedTask;
        });
        await StepAsync("stock is live", () => SaleApi.WaitUntilLiveAsync(options.Api, endPoint, activityIds, cancellationToken));

        // What was thrown away so far is not to be collected while the clock runs.
        GC.Collect();
        var sale = new Sale(endPoint, placements, options);
        await StepAsync("the sale", () => sale.RunAsync(cancellationToken));

        var accepted = placements.Where(x => x is { OrderId: not null, Buyer: not null }).Select(x => new AcceptedOrder(x.OrderId!.Value, x.Buyer!.ActivityId));
        var scope = new AuditScope { ActivityIds = activityIds, Accepted = accepted.Distinct().ToList(), Settled = true };
        AuditReport? report = null;
        await StepAsync("the audit", async () => report = await AuditAsync(scope, cancellationToken));
        var account = new DemoAccount(options, ledger, activityIds, buyers, placements, sale, report!, Restarts());
        return await _servers.AskAsync(() => account.SettleAsync(startedAt, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// After the last decision the books balance at once. Only where something was killed may a store lag behind the decision, until recovery has seen to it:
    /// then, and not otherwise, books that do not balance are looked at again.
    /// </summary>
    async Task<AuditReport> AuditAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var report = await _servers.AskAsync(() => audit.RunAsync(scope, cancellationToken), cancellationToken);
            if (report.Ok || Restarts().Length == 0 || watch.Elapsed > _patience)
                return report;

            await Task.Delay(SettlePause, cancellationToken);
        }
    }

    string[] Restarts() => options.Restarts is { } file && File.Exists(file.FullName) ? File.ReadAllLines(file.FullName) : [];

    Task AddActivityAsync(long activityId, string name, int stock, CancellationToken cancellationToken)
        => _servers.AskAsync(() => ledger.AddActivityAsync(activityId, name, stock, cancellationToken), cancellationToken);

    /// <summary>A sale of the same shape, so that refusals are warm, too.</summary>
    async Task WarmUpAsync(EndPoint endPoint, long activityId, string run, CancellationToken cancellationToken)
    {
        await AddActivityAsync(activityId, "Demo warm-up", Math.Max(1, options.WarmUpBuyers / 2), cancellationToken);
        var buyers = Crowd.Gather(options, run, [activityId], options.WarmUpBuyers, tokens);
        await SaleApi.WaitUntilLiveAsync(options.Api, endPoint, [activityId], cancellationToken);
        var sale = new Sale(endPoint, Crowd.Mixed(buyers, new Random(2)), options);
        await sale.RunAsync(cancellationToken);
    }

    async Task StepAsync(string what, Func<Task> step)
    {
        var watch = Stopwatch.StartNew();
        await step();
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {what}: {watch.Elapsed.TotalSeconds:0.0} s"));
    }
}
