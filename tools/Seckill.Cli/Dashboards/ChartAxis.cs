namespace Seckill.Cli.Dashboards;

/// <summary>An axis of values from round number to round number.</summary>
/// <param name="From">Its lower end.</param>
/// <param name="To">Its upper end.</param>
/// <param name="Ticks">Where it is marked, both ends included.</param>
sealed record ChartAxis(double From, double To, IReadOnlyList<double> Ticks)
{
    static readonly double[] RoundSteps = [1, 2, 2.5, 5, 10];
    static readonly int[] RoundSeconds = [30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

    /// <summary>An axis on which values have room.</summary>
    /// <param name="values">The values.</param>
    /// <param name="minimum">Where it begins; null for a round number below the least.</param>
    /// <param name="unitBase">Steps are round when they are divided by this.</param>
    public static ChartAxis Of(IReadOnlyCollection<double> values, double? minimum, double unitBase)
    {
        var least = Math.Min(minimum ?? values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(0).Min());
        var most = values.DefaultIfEmpty(0).Max();
        if (most <= least)
            most = least + unitBase;
        var step = RoundStep((most - least) / 4 / unitBase) * unitBase;
        var first = (long)Math.Floor((least / step) + 1e-9);
        var last = (long)Math.Ceiling((most / step) - 1e-9);
        return new ChartAxis(first * step, last * step, Enumerable.Range(0, (int)(last - first) + 1).Select(x => (first + x) * step).ToList());
    }

    /// <summary>Round times between two, about as many as asked for.</summary>
    public static IReadOnlyList<DateTimeOffset> Times(DateTimeOffset from, DateTimeOffset to, int count)
    {
        var step = RoundSeconds.FirstOrDefault(x => (to - from).TotalSeconds / x <= count, RoundSeconds[^1]);
        var first = ((from.ToUnixTimeSeconds() + step - 1) / step) * step;
        var times = new List<DateTimeOffset>();
        for (var at = first; at <= to.ToUnixTimeSeconds(); at += step)
            times.Add(DateTimeOffset.FromUnixTimeSeconds(at));
        return times;
    }

    static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return RoundSteps.First(x => x * power >= least * (1 - 1e-9)) * power;
    }
}
