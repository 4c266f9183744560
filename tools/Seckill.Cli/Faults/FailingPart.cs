using System.Globalization;

using Microsoft.Extensions.Configuration;

using Seckill.Ledger.Compensation;

namespace Seckill.Cli.Faults;

/// <summary>The first part of a demo of faults: orders fail at workers that have the faults of <see cref="FaultGroups"/>, and walk as far as they get.</summary>
sealed class FailingPart(
    int robotPort, int orders, FaultsLedger ledger, FaultsApi api, IConfiguration configuration, TimeProvider time, TextWriter writer)
{
    const int PaymentWindowSeconds = 900;
    const int ShortPaymentWindowSeconds = 2;

    readonly Progress _progress = new(ledger, writer);
    readonly List<FailingOrder> _orders = [];
    readonly List<string> _problems = [];

    public async Task<FaultsState> RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var activityId = startedAt.ToUnixTimeMilliseconds() * 1_000;
        var state = new FaultsState { StartedAt = startedAt, ActivityId = activityId, UnpaidActivityId = activityId + 1 };
        await using var robot = await Robot.StartAsync(robotPort, time, [], cancellationToken);
        await ledger.AddActivityAsync(state.ActivityId, "Faults", orders, PaymentWindowSeconds, cancellationToken);
        await ledger.AddActivityAsync(state.UnpaidActivityId, "Faults, unpaid", orders, ShortPaymentWindowSeconds, cancellationToken);
        foreach (var id in new[] { state.ActivityId, state.UnpaidActivityId })
        {
            if (!await _progress.WaitAsync(() => api.IsLiveAsync(id, cancellationToken), Progress.Patience, cancellationToken))
            {
                throw new TimeoutException(
                    $"Activity {id} has no live stock after {Progress.Patience.TotalSeconds} s: is a worker running, and does it reach Redis and MySQL?");
            }
        }

        await PlaceAsync(state, FaultGroups.All.Where(x => !x.IsPlacedLast), cancellationToken);
        var unreadable = await UnreadableRecords.ProduceAsync(configuration, cancellationToken);
        _progress.Say($"{_orders.Count} orders placed, {unreadable.Count} records that nobody can read produced into compensation_dlq");
        await WalkAsync(robot, unreadable, cancellationToken);

        await PlaceAsync(state, FaultGroups.All.Where(x => x.IsPlacedLast), cancellationToken);
        var last = _orders.Where(x => FaultGroups.Of(x.Group).IsPlacedLast).ToList();
        if ((await _progress.AwaitAsync(last, robot, (_, sight) => sight.Stage is not null, cancellationToken)).Count > 0)
            _problems.Add("orders that should have been under way at the restart of the workers never failed");
        _progress.Say($"{last.Count} more orders fail while the workers are restarted");

        return state with
        {
            Orders = _orders,
            Unreadable = unreadable,
            Messages = robot.Messages,
            WrongMessages = robot.Wrong,
            Problems = _problems,
            Seconds = _progress.Seconds,
        };
    }

    async Task PlaceAsync(FaultsState state, IEnumerable<FaultGroup> groups, CancellationToken cancellationToken)
    {
        foreach (var group in groups)
        {
            var activityId = group.IsUnpaid ? state.UnpaidActivityId : state.ActivityId;
            for (var number = 1; number <= FaultGroups.Share(group, orders); number++)
            {
                var buyerId = string.Create(CultureInfo.InvariantCulture, $"{group.Prefix}{number}");
                _orders.Add(new FailingOrder(await api.PlaceAsync(activityId, buyerId, cancellationToken), group.Name, buyerId, activityId));
            }
        }
    }

    async Task WalkAsync(Robot robot, IReadOnlyList<string> unreadable, CancellationToken cancellationToken)
    {
        var missing = await _progress.AwaitAsync(_orders, robot, IsAsExpected, cancellationToken);
        _problems.AddRange(missing.Select(x => Describe(x.Order, x.Sight)));
        foreach (var archiveId in unreadable)
        {
            var archived = await _progress.WaitAsync(
                async () => await ledger.ArchivedAsync(archiveId, cancellationToken) is not null, Progress.Patience, cancellationToken);
            if (!archived)
                _problems.Add($"{archiveId} never came to the archive");
        }

        var account = new AlertAccount(_orders, unreadable);
        if (!await _progress.WaitAsync(() => Task.FromResult(!account.Missing(robot.Messages).Any()), Progress.Patience, cancellationToken))
            _problems.Add("alerts did not come in time");
        _progress.Say($"{robot.Messages.Count} alerts told; healed orders are at their end, the others in the archive");
    }

    /// <summary>Whether the order got as far as it gets with the faults.</summary>
    static bool IsAsExpected(FailingOrder order, OrderSight sight)
    {
        var group = FaultGroups.Of(order.Group);
        return sight.Tries == group.Tries && (group.IsArchived
            ? sight is { Stage: CompensationStatus.Archived, Archived.Handling: null }
            : sight.Stage is null && sight.State == group.End);
    }

    static string Describe(FailingOrder order, OrderSight sight)
        => $"{order.Group}: order {order.OrderId} is {sight.State ?? "unknown to MySQL"}, {sight.Stage ?? "not in compensation"}, after {sight.Tries} tries";
}
