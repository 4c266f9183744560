using Quartz;

namespace Seckill.Sagas.Clock;

/// <summary>When a job of the clock fires.</summary>
public abstract record ClockSchedule
{
    /// <summary>Whether another worker makes up for a firing whose worker died in it. Where the next one is soon, it need not.</summary>
    internal abstract bool RecoversFirings { get; }

    /// <summary>The schedule of a new trigger.</summary>
    internal abstract IScheduleBuilder Builder();

    /// <summary>Whether a stored trigger has this schedule.</summary>
    internal abstract bool Is(ITrigger stored);
}

/// <summary>Again and again, beginning at once.</summary>
/// <param name="Interval">Between two firings.</param>
public sealed record EveryInterval(TimeSpan Interval) : ClockSchedule
{
    const int RepeatsForever = -1;

    internal override bool RecoversFirings => false;

    // After an outage: one firing at once, and the usual interval from there; never one firing for each that was missed.
    internal override IScheduleBuilder Builder()
        => SimpleScheduleBuilder.Create().WithInterval(Interval).RepeatForever().WithMisfireHandlingInstructionNowWithExistingCount();

    internal override bool Is(ITrigger stored) => stored is ISimpleTrigger { RepeatCount: RepeatsForever } simple && simple.RepeatInterval == Interval;

    /// <inheritdoc/>
    public override string ToString() => $"every {Interval}";
}

/// <summary>At the times of a Quartz cron expression, in UTC; not before the first of them.</summary>
/// <param name="Expression">Seconds, minutes, hours, day of month, month, day of week: <c>0 0 1 ? * MON</c>.</param>
public sealed record CronTimes(string Expression) : ClockSchedule
{
    /// <summary>Once a week, at the full hour.</summary>
    public static CronTimes Weekly(DayOfWeek day, int hour) => new($"0 0 {hour} ? * {day.ToString()[..3].ToUpperInvariant()}");

    internal override bool RecoversFirings => true;

    // After an outage: one firing at once for all that were missed.
    internal override IScheduleBuilder Builder()
        => CronScheduleBuilder.CronSchedule(Expression).InTimeZone(TimeZoneInfo.Utc).WithMisfireHandlingInstructionFireAndProceed();

    internal override bool Is(ITrigger stored)
        => stored is ICronTrigger cron && cron.CronExpressionString == Expression && cron.TimeZone.HasSameRules(TimeZoneInfo.Utc);

    /// <inheritdoc/>
    public override string ToString() => $"at '{Expression}' UTC";
}
