using System.Diagnostics;
using System.Globalization;

using Seckill.Contracts;
using Seckill.Sagas.Audit;

namespace Seckill.Cli.Demo;

/// <summary>Puts together what the buyers saw and what the audit found.</summary>
sealed class DemoAccount(
    DemoOptions options, DemoLedger ledger, IReadOnlyList<long> activityIds, IReadOnlyList<Buyer> buyers, IReadOnlyList<Placement> placements, Sale sale,
    AuditReport report, IReadOnlyList<string> restarts)
{
    public async Task<DemoResult> SettleAsync(DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var admitted = buyers.Where(x => x.OrderId is not null).ToList();
        var decided = admitted.Where(x => x.DecidedAt != 0).ToList();
        var toLastAnswer = Seconds(sale.StartedAt, sale.AnsweredAt);
        var toLastDecision = decided.Count == 0 ? 0 : Seconds(sale.StartedAt, decided.Max(x => x.DecidedAt));
        var byLedger = await ledger.SecondsToCommitAsync(activityIds, cancellationToken);
        var (repeats, contradictions) = Repeats();
        var wrong = placements.Where(x => x.Buyer is null).ToList();
        var totals = report.Totals;
        var result = new DemoResult
        {
            Problems = [],
            Restarts = restarts,
            StartedAt = startedAt,
            Command = options.Command,
            Commit = await Machine.CommitAsync(cancellationToken),
            Machine = Machine.Here(),
            Versions = await ledger.VersionsAsync(cancellationToken),
            Offered = buyers.Count,
            Admitted = admitted.Count,
            Refused = Refused(),
            Committed = totals.Committed,
            RolledBack = totals.RolledBack,
            // What the books do not know yet, or the API did not report, is undecided for the buyer.
            Undecided = Math.Max(totals.Undecided, admitted.Count - decided.Count),
            Oversold = totals.Oversold,
            Lost = totals.Lost,
            Duplicates = totals.Duplicates + contradictions,
            Http = Quantiles.Of(placements.Where(x => x.Status != 0).Select(x => x.Ticks)),
            Decided = Quantiles.Of(decided.Select(x => x.DecidedAt - x.SentAt)),
            CommittedPerSecond = Rate(totals.Committed, toLastDecision),
            OfferedPerSecond = Rate(placements.Count, toLastAnswer),
            SecondsToLastAnswer = Math.Round(toLastAnswer, 3),
            SecondsToLastDecision = Math.Round(toLastDecision, 3),
            CommittedPerSecondByLedger = Rate(totals.Committed, byLedger),
            Repeats = repeats,
            WrongRequests = new DemoWrongRequests(wrong.Count, wrong.Count(x => x.Status == x.ExpectedStatus)),
            Retries = placements.Sum(x => x.Retries),
            Load = new DemoLoad(options.Connections, options.Followers, options.WarmUpBuyers, Math.Round(sale.Cpu.TotalSeconds, 2),
                "closed loop: each connection sends its next order when the last one was answered; decisions by long polls on connections of their own"),
            Audit = new DemoAudit(report.Ok, report.Findings, report.Notes, totals),
            Memory = new DemoMemory(options.ApiPids.Select(Machine.PeakMemoryMb).Max(), options.WorkerPids.Select(Machine.PeakMemoryMb).Max(), Machine.PeakMemoryMb(Environment.ProcessId) ?? 0),
        };
        var committed = await ledger.CommittedAsync(activityIds, cancellationToken);
        return result with { Problems = Problems(result, committed, admitted).ToList() };
    }

    Dictionary<string, int> Refused() => placements
        .Where(x => x is { Buyer.OrderId: null, IsRepeat: false })
        .GroupBy(x => x.Code ?? (x.Status == 0 ? "no_answer" : string.Create(CultureInfo.InvariantCulture, $"http_{x.Status}")))
        .ToDictionary(x => x.Key, x => x.Count());

    /// <summary>A repeat and its first request raced: either may have been first, but two different orders are one too many.</summary>
    (DemoRepeats Repeats, int Contradictions) Repeats()
    {
        var first = placements.Where(x => x is { Buyer: not null, IsRepeat: false }).ToDictionary(x => x.Buyer!);
        var repeats = placements.Where(x => x.IsRepeat).Select(x => (Repeat: x, First: first[x.Buyer!])).ToList();
        return (
            new DemoRepeats(repeats.Count, repeats.Count(x => x.Repeat.Status == x.First.Status && x.Repeat.OrderId == x.First.OrderId)),
            repeats.Count(x => x.Repeat.OrderId is { } again && x.First.OrderId is { } order && again != order));
    }

    IEnumerable<string> Problems(DemoResult result, IReadOnlyDictionary<long, long> committed, List<Buyer> admitted)
    {
        if (!report.Ok)
            yield return Text($"the audit has {report.FindingCount} findings");
        if (result.Undecided > 0)
            yield return Text($"{result.Undecided} orders are undecided");
        if (result.Oversold > 0)
            yield return Text($"{result.Oversold} units are oversold");
        if (result.Lost > 0)
            yield return Text($"{result.Lost} accepted orders are lost");
        if (result.Duplicates > 0)
            yield return Text($"{result.Duplicates} buyers or keys have more than they may");
        if (result.WrongRequests.AnsweredAsExpected != result.WrongRequests.Sent)
            yield return Text($"{result.WrongRequests.Sent - result.WrongRequests.AnsweredAsExpected} wrong requests were not refused as documented");
        if (result.Repeats.SameAnswer != result.Repeats.Sent)
            yield return Text($"{result.Repeats.Sent - result.Repeats.SameAnswer} repeated requests were answered in another way than the first");
        foreach (var (code, count) in result.Refused.Where(x => x.Key != RefusalReasons.SoldOut))
            yield return Text($"{count} buyers were refused with {code}, not because all was sold");

        foreach (var activity in buyers.GroupBy(x => x.ActivityId))
        {
            var expected = Math.Min(options.Stock, activity.Count());
            var actual = committed.GetValueOrDefault(activity.Key);
            if (actual != expected)
                yield return Text($"activity {activity.Key} has {actual} committed orders instead of {expected}");
        }

        var confirmed = admitted.Count(x => x.Status is OrderStatus.Confirmed or OrderStatus.Paid);
        if (confirmed != result.Committed)
            yield return Text($"buyers were told of {confirmed} confirmed orders, and MySQL has {result.Committed}");
    }

    static double Seconds(long from, long to) => (double)(to - from) / Stopwatch.Frequency;

    static double Rate(long count, double seconds) => seconds <= 0 ? 0 : Math.Round(count / seconds, 1);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
