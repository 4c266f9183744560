using System.ComponentModel.DataAnnotations;

namespace Seckill.Operations.Report;

/// <summary>When the weekly report is sent: configuration section <c>Report</c>.</summary>
public sealed class ReportOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Report";

    /// <summary>Day of the week, in English. The report is about the last ISO week that was over by then.</summary>
    [AllowedValues("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
        ErrorMessage = "must be Monday, Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday")]
    public string Weekday { get; set; } = "Monday";

    /// <summary>Hour of that day, UTC.</summary>
    [Range(0, 23, ErrorMessage = "must be an hour (UTC) from 0 to 23")]
    public int Hour { get; set; } = 1;

    /// <summary>Between two tries when PostgreSQL or the archive does not answer.</summary>
    [Range(1, 1440, ErrorMessage = "must be from 1 to 1440 minutes")]
    public int RetryMinutes { get; set; } = 10;

    /// <summary><see cref="Weekday"/>. No property: validation would read it before it knows that the name is one.</summary>
    public DayOfWeek ToDay() => Enum.Parse<DayOfWeek>(Weekday);
}
