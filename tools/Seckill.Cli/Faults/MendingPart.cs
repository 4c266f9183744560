using System.Net;
using System.Text.Json;

using Seckill.Cli.Demo;
using Seckill.Operations.Archive;
using Seckill.Sagas.Audit;

namespace Seckill.Cli.Faults;

/// <summary>
/// The second part of a demo of faults: the workers were restarted without faults, and an operator ends what is in the archive. Then the books are checked.
/// </summary>
sealed class MendingPart(
    int robotPort, FaultsState state, FaultsLedger ledger, FaultsApi api, AuditService audit, TimeProvider time, TextWriter writer)
{
    readonly Progress _progress = new(ledger, writer);
    readonly List<string> _problems = [.. state.Problems];

    public async Task<FaultsResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var robot = await Robot.StartAsync(robotPort, time, state.Messages, cancellationToken);
        await AwaitOrdersOnTheMoveAsync(robot, cancellationToken);
        var single = await ReprocessOneByOneAsync(cancellationToken);
        await ledger.EndTimeAsync(Orders(Repair.BulkAfterTimeout).Select(x => x.OrderId), cancellationToken);
        var (dryRun, bulk) = await ReprocessTheRestAsync(cancellationToken);
        var handled = await HandleUnreadableAsync(cancellationToken);
        var missing = await _progress.AwaitAsync(state.Orders, robot, IsEnded, cancellationToken);
        _problems.AddRange(missing.Select(x => Describe(x.Order, x.Sight)));
        var sights = await ledger.LookAsync(state.Orders, cancellationToken);
        await CheckStatusesAsync(cancellationToken);

        var report = await audit.RunAsync(
            new AuditScope
            {
                ActivityIds = [state.ActivityId, state.UnpaidActivityId],
                Accepted = state.Orders.Select(x => new AcceptedOrder(x.OrderId, x.ActivityId)).ToList(),
                Settled = true,
            },
            cancellationToken);
        if (!report.Ok)
            _problems.Add($"the audit has {report.FindingCount} findings");
        _problems.AddRange(new AlertAccount(state.Orders, state.Unreadable).Problems(robot.Messages));
        var wrong = state.WrongMessages + robot.Wrong;
        if (wrong > 0)
            _problems.Add($"{wrong} messages to robots were not signed or not written as documented");

        var messages = robot.Messages;
        return new FaultsResult
        {
            Problems = _problems,
            StartedAt = state.StartedAt,
            Command = $"demo --faults --orders {state.Orders.Count}",
            Commit = await Machine.CommitAsync(cancellationToken),
            Machine = Machine.Here(),
            Groups = [.. Groups(sights, messages), UnreadableGroup(handled, messages)],
            Alerts = new AlertsResult(
                messages.Count(x => x.Robot == Robot.DingTalk), messages.Count(x => x.Robot == Robot.WeCom), wrong,
                messages.CountBy(x => x.Kind).ToDictionary()),
            Reprocessing = new ReprocessingResult(single, dryRun, bulk, handled),
            Audit = new DemoAudit(report.Ok, report.Findings, report.Notes, report.Totals),
            Seconds = Math.Round(state.Seconds + _progress.Seconds, 1),
        };
    }

    /// <summary>What was being retried when the workers were restarted must go on by itself: nobody repairs it.</summary>
    async Task AwaitOrdersOnTheMoveAsync(Robot robot, CancellationToken cancellationToken)
    {
        var moving = state.Orders.Where(x => FaultGroups.Of(x.Group).IsPlacedLast).ToList();
        await _progress.AwaitAsync(moving, robot, IsEnded, cancellationToken);
        _progress.Say($"{moving.Count} orders that were on the move during the restart were looked for");
    }

    async Task<int> ReprocessOneByOneAsync(CancellationToken cancellationToken)
    {
        var orders = Orders(Repair.Single);
        foreach (var order in orders)
        {
            var answer = await api.ReprocessAsync(order.OrderId, cancellationToken);
            Expect($"settled {FaultGroups.Of(order.Group).End}", answer, $"POST /reprocess_order/{order.OrderId}");
        }

        if (orders.Count > 0)
        {
            var again = await api.ReprocessAsync(orders[0].OrderId, cancellationToken);
            Expect($"already_handled {FaultGroups.Of(orders[0].Group).End}", again, "the same once more");
        }

        _progress.Say($"POST /reprocess_order/{{id}}: {orders.Count} orders one by one");
        return orders.Count;
    }

    async Task<(IReadOnlyDictionary<string, int> DryRun, int Sent)> ReprocessTheRestAsync(CancellationToken cancellationToken)
    {
        var (begin, rollBack) = (Orders(Repair.Bulk), Orders(Repair.BulkAfterTimeout));
        var (status, plan) = await api.ReprocessAllAsync(state.ActivityId, dryRun: true, cancellationToken);
        Expect(HttpStatusCode.OK, status, "the dry run");
        var actions = status == HttpStatusCode.OK ? Numbers(plan.GetProperty("actions")) : [];
        _progress.Say($"dry run of all that is left: {string.Join(", ", actions.OrderBy(x => x.Key).Select(x => $"{x.Key} {x.Value}"))}");
        Expect(begin.Count, actions.GetValueOrDefault("begin"), "orders that the dry run would begin");
        Expect(rollBack.Count, actions.GetValueOrDefault("roll_back"), "orders that the dry run would roll back");
        var sights = await ledger.LookAsync([.. begin, .. rollBack], cancellationToken);
        Expect(0, sights.Values.Count(x => x.Archived is null or { Handling: not null }), "archived orders that the dry run has changed");

        (status, var answer) = await api.ReprocessAllAsync(state.ActivityId, dryRun: false, cancellationToken);
        Expect(HttpStatusCode.Accepted, status, "the bulk call");
        var sent = status == HttpStatusCode.Accepted ? answer.GetProperty("sent").GetInt32() : 0;
        _progress.Say($"bulk call: {sent} orders sent to the workers");
        Expect(begin.Count + rollBack.Count, sent, "orders that the bulk call sent");
        return (actions, sent);
    }

    async Task<int> HandleUnreadableAsync(CancellationToken cancellationToken)
    {
        var handled = 0;
        foreach (var archiveId in state.Unreadable)
        {
            Expect(HttpStatusCode.OK, await api.HandleAsync(archiveId, cancellationToken), $"marking {archiveId} as handled");
            handled += (await ledger.ArchivedAsync(archiveId, cancellationToken))?.Handling is null ? 0 : 1;
        }

        _progress.Say($"{handled} unreadable records marked as handled");
        return handled;
    }

    async Task CheckStatusesAsync(CancellationToken cancellationToken)
    {
        foreach (var order in state.Orders)
        {
            string? status = null;
            var told = await _progress.WaitAsync(
                async () => (status = await api.StatusAsync(order, cancellationToken)) == order.StatusInTheEnd, Progress.Patience / 4, cancellationToken);
            if (!told)
                _problems.Add($"{order.Group}: {order.BuyerId} is told that order {order.OrderId} is {status} instead of {order.StatusInTheEnd}");
        }
    }

    IEnumerable<GroupResult> Groups(IReadOnlyDictionary<Guid, OrderSight> sights, IReadOnlyList<RobotMessage> messages)
        => FaultGroups.All.Select(group =>
        {
            var orders = state.Orders.Where(x => x.Group == group.Name).ToList();
            var subjects = orders.Select(x => x.OrderId.ToString("D")).ToList();
            return new GroupResult(
                group.Name, group.Story, orders.Count, group.End, orders.CountBy(x => sights[x.OrderId].State ?? "none").ToDictionary(),
                orders.CountBy(x => sights[x.OrderId].Tries).ToDictionary(), AlertAccount.Count(messages, Robot.WeCom, subjects),
                AlertAccount.Count(messages, Robot.DingTalk, subjects));
        });

    GroupResult UnreadableGroup(int handled, IReadOnlyList<RobotMessage> messages) => new(
        "unreadable", "records that are none of ours, archived as bytes; marked by hand", state.Unreadable.Count, "handled",
        new Dictionary<string, int> { ["handled"] = handled }, new Dictionary<string, int>(),
        AlertAccount.Count(messages, Robot.WeCom, state.Unreadable), AlertAccount.Count(messages, Robot.DingTalk, state.Unreadable));

    List<FailingOrder> Orders(Repair repair) => [.. state.Orders.Where(x => FaultGroups.Of(x.Group).Repair == repair)];

    void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            _problems.Add($"{what}: {actual} instead of {expected}");
    }

    static bool IsEnded(FailingOrder order, OrderSight sight)
    {
        var group = FaultGroups.Of(order.Group);
        return sight.Stage is null && sight.State == group.End
            && (!group.IsArchived || sight.Archived?.Handling is { By: FaultsApi.Operator } handling && handling.Outcome == group.End);
    }

    static string Describe(FailingOrder order, OrderSight sight)
        => $"{order.Group}: order {order.OrderId} is {sight.State ?? "unknown to MySQL"}, {sight.Stage ?? "not in compensation"}, archive: {Describe(sight.Archived)}";

    static string Describe(FailedOrder? archived) => archived is null ? "none" : archived.Handling is { } x ? $"handled by {x.By}, {x.Outcome}" : "open";

    static Dictionary<string, int> Numbers(JsonElement members) => members.EnumerateObject().ToDictionary(x => x.Name, x => x.Value.GetInt32());
}
