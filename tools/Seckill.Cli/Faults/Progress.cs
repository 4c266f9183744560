using System.Diagnostics;
using System.Globalization;

using Seckill.Ledger.Compensation;

namespace Seckill.Cli.Faults;

/// <summary>Shows where orders are while they move, and waits for them.</summary>
sealed class Progress(FaultsLedger ledger, TextWriter writer)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _clock = Stopwatch.StartNew();
    string? _shown;

    /// <summary>Since the beginning of this part.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    public void Say(FormattableString text)
        => writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Seconds,5:0.0} s  {text.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>Looks at the orders until the condition holds; false when patience ended first.</summary>
    public async Task<bool> WaitAsync(
        IReadOnlyCollection<FailingOrder> orders, Func<int> alerts, Func<IReadOnlyDictionary<Guid, OrderSight>, bool> condition, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        var until = _clock.Elapsed + patience;
        while (true)
        {
            var sights = await ledger.LookAsync(orders, cancellationToken);
            Show(sights.Values, alerts());
            if (condition(sights))
                return true;
            if (_clock.Elapsed > until)
                return false;

            await Task.Delay(Pause, cancellationToken);
        }
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
