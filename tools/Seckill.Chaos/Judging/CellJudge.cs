using System.Globalization;

using Seckill.Chaos.Matrix;
using Seckill.Chaos.Running;
using Seckill.Chaos.Selling;
using Seckill.Contracts;
using Seckill.Sagas.Audit;

namespace Seckill.Chaos.Judging;

/// <summary>Says what is not as it must be once a cell is over.</summary>
sealed class CellJudge(PlannedCell cell, long activityId, CellServices services, ChaosWorld world, List<string> findings)
{
    const int Shown = 5;

    /// <summary>A process repeats for a second what it heard of an order before (docs/api.md); asked again after that, it must say what MySQL says.</summary>
    static readonly TimeSpan LongestRepeated = TimeSpan.FromSeconds(1.5);

    public async Task JudgeAsync(IReadOnlyList<SaleBuyer> buyers, AuditReport report, CancellationToken cancellationToken)
    {
        foreach (var finding in report.Findings.Take(Shown))
            Find($"audit: {finding.Kind}, order {finding.OrderId}: expected {finding.Expected}, found {finding.Actual}");
        if (report.FindingCount > Shown)
            Find($"audit: {report.FindingCount} findings in all");
        if (report.Totals.Oversold > 0)
            Find($"{report.Totals.Oversold} units are oversold");

        Some(buyers.Where(x => x.OrderId is null && x.Refusal is null), "has no answer", x => x.Name);
        Some(buyers.Where(x => x.Refusal is not (null or "sold_out")), "was refused for no reason", x => $"{x.Name}: {x.Refusal}");
        Some(buyers.Where(x => x.InternalErrors.Count > 0), "was answered 500", x => $"{x.Name}: {x.InternalErrors[0]}");
        Some(buyers.Where(x => x.Contradiction is not null), "was told two truths of one order", x => $"{x.Name}: {x.OrderId:D} {x.Contradiction}");
        Some(buyers.Where(x => x.OrderId is not null && x.Status == OrderStatus.Pending), "does not know the decision", x => $"{x.Name}: {x.OrderId:D}");
        Some(buyers.Where(x => x.IsHeldUp), "could not do what they meant to do with a confirmed order", x => $"{x.Name}: {x.Plan} {x.OrderId:D}");
        await CompareAsync(buyers, cancellationToken);
        foreach (var paymentId in await services.Ledger.OwedPaymentsAsync(activityId, cancellationToken))
            Find($"payment {paymentId} of an order that is not paid was not given back");
        var compensated = await services.Ledger.CompensatedAsync([.. buyers.Select(x => x.OrderId).OfType<Guid>()], cancellationToken);
        if (compensated.Count > 0)
            Find($"{compensated.Count} orders are still with compensation: {string.Join("; ", compensated.Take(Shown).Select(x => $"{x.Key:D} {x.Value}"))}");
        if (await services.NotArchivedAsync(cell.Fault.Unreadable, cancellationToken) is { Count: > 0 } lost)
            Find($"{lost.Count} of {cell.Fault.Unreadable.Count} records that nobody can read are not in the archive: {string.Join("; ", lost.Take(Shown))}");
        if (cell.Fault.EndedByItself(world) is { } ended)
            Find($"{ended}");
        Sold(buyers);
        await LookAtProcessesAsync(cancellationToken);
    }

    /// <summary>Every accepted order is in MySQL, and its buyer is told the same; a decision that a buyer knew stands.</summary>
    async Task CompareAsync(IReadOnlyList<SaleBuyer> buyers, CancellationToken cancellationToken)
    {
        var written = await services.Ledger.OrdersAsync(activityId, cancellationToken);
        var known = written.ToDictionary(x => x.Id, x => x.Status);
        if (WrittenOrder.Unknown(written, buyers) is { Count: > 0 } unknown)
            Find($"{unknown.Count} orders that their buyers do not know of: {string.Join("; ", unknown.Take(Shown).Select(x => $"{x.BuyerId}: {x.Id:D} {x.Status}"))}");
        var accepted = buyers.Where(x => x.OrderId is not null).ToList();
        // Recovery may have confirmed what compensation gave up. The operator takes it back all the same, and tells the buyer.
        foreach (var buyer in accepted.Where(x => x.Plan == BuyerPlan.RolledBackByHand && known.GetValueOrDefault(x.OrderId!.Value) == OrderStatus.Cancelled))
            buyer.Hear(OrderStatus.Cancelled);
        Some(accepted.Where(x => !known.ContainsKey(x.OrderId!.Value)), "has an accepted order that MySQL does not know", x => $"{x.Name}: {x.OrderId:D}");
        Some(
            accepted.Where(x => known.TryGetValue(x.OrderId!.Value, out var status) && x.Status != OrderStatus.Pending && status != x.Status),
            "knows another end than MySQL", x => $"{x.Name}: {x.OrderId:D} was told {x.Status} and is {known[x.OrderId!.Value]}");

        var told = new Dictionary<SaleBuyer, string>();
        await Parallel.ForEachAsync(accepted.Index(), cancellationToken, async (x, token) =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            var walk = new BuyerWalk(services.Api, activityId, x.Item, x.Index);
            string status;
            try
            {
                status = await walk.LookAsync(patience.Token);
                if (status is OrderStatus.Pending or OrderStatus.Confirmed && status != known.GetValueOrDefault(x.Item.OrderId!.Value))
                {
                    await Task.Delay(LongestRepeated, patience.Token);
                    status = await walk.LookAsync(patience.Token);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                status = "no answer";
            }

            lock (told)
                told[x.Item] = status;
        });
        Some(
            accepted.Where(x => told[x] != known.GetValueOrDefault(x.OrderId!.Value)), "is told something else than MySQL says",
            x => $"{x.Name}: {x.OrderId:D} is told {told[x]} and is {known.GetValueOrDefault(x.OrderId!.Value) ?? "unknown"}");
    }

    /// <summary>No unit is left without a buyer, and none has two.</summary>
    void Sold(IReadOnlyList<SaleBuyer> buyers)
    {
        var held = buyers.Count(x => x.HoldsUnit);
        if (held > cell.Stock)
            Find($"{held} buyers hold a unit of {cell.Stock}");
        else if (held < cell.Stock && buyers.Any(x => x.Refusal == "sold_out"))
            Find($"{cell.Stock - held} units of {cell.Stock} are left without a buyer, though buyers were told that it is sold out");
    }

    async Task LookAtProcessesAsync(CancellationToken cancellationToken)
    {
        foreach (var name in world.Ended())
            Find($"{name} does not run any more");
        foreach (var name in await world.Programs.UnreadyAsync(cancellationToken))
            Find($"{name} does not become ready");
    }

    void Some(IEnumerable<SaleBuyer> buyers, string what, Func<SaleBuyer, string> text)
    {
        var all = buyers.ToList();
        if (all.Count > 0)
            Find($"{all.Count} buyers, each {what}: {string.Join("; ", all.Take(Shown).Select(text))}");
    }

    void Find(FormattableString text) => findings.Add(text.ToString(CultureInfo.InvariantCulture));
}
