using System.Diagnostics;
using System.Globalization;

using Seckill.Ledger.Compensation;

namespace Seckill.Cli.Faults;

/// <summary>Shows where orders are while they move, and waits for them.</summary>
sealed class Progress(FaultsLedger ledger, TextWriter writer)
{
    /// <summary>How long anything is waited for at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _clock = Stopwatch.StartNew();
    string? _shown;

    /// <summary>Since the beginning of this part.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    public void Say(FormattableString text)
        => writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Seconds,5:0.0} s  {text.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>Looks at the orders until all are where they should be; returns those that are not when patience ends.</summary>
    public async Task<IReadOnlyList<(FailingOrder Order, OrderSight Sight)>> AwaitAsync(
        IReadOnlyCollection<FailingOrder> orders, Robot robot, Func<FailingOrder, OrderSight, bool> isThere, CancellationToken cancellationToken)
    {
        List<(FailingOrder Order, OrderSight Sight)> missing = [];
        await WaitAsync(
            async () =>
            {
                var sights = await ledger.LookAsync(orders, cancellationToken);
                Show(sights.Values, robot.Messages.Count);
                missing = [.. orders.Select(x => (Order: x, Sight: sights[x.OrderId])).Where(x => !isThere(x.Order, x.Sight))];
                return missing.Count == 0;
            },
            Patience,
            cancellationToken);
        return missing;
    }

    /// <summary>Tries until the condition holds; false when patience ended first.</summary>
    public async Task<bool> WaitAsync(Func<Task<bool>> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        var until = _clock.Elapsed + patience;
        while (!await condition())
        {
            if (_clock.Elapsed > until)
                return false;

            await Task.Delay(Pause, cancellationToken);
        }

        return true;
    }

    void Show(IEnumerable<OrderSight> sights, int alerts)
    {
        var places = sights.CountBy(PlaceOf).ToDictionary();
        var text = string.Join(", ", Places.Where(places.ContainsKey).Select(x => $"{places[x]} {x}"))
            + string.Create(CultureInfo.InvariantCulture, $"; {alerts} alerts");
        if (text == _shown)
            return;

        _shown = text;
        Say($"{text}");
    }

    static readonly string[] Places = ["under way", "retrying", "in the dead-letter topic", "archived", "handled", "at their end"];

    static string PlaceOf(OrderSight sight) => sight switch
    {
        { Archived.Handling: not null } => "handled",
        { Stage: CompensationStatus.Archived } => "archived",
        { Stage: CompensationStatus.DeadLetter or CompensationStatus.Exhausted } => "in the dead-letter topic",
        { Stage: not null } => "retrying",
        { State: { } state } when Sagas.Compensation.TransactionRunner.IsEnd(state) => "at their end",
        _ => "under way",
    };
}
