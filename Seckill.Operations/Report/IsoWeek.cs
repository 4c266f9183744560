using System.Globalization;
using System.Text.RegularExpressions;

namespace Seckill.Operations.Report;

/// <summary>A week of ISO 8601 in UTC: from Monday 00:00 to the next. Written <c>2026-W47</c>.</summary>
public readonly partial record struct IsoWeek
{
    const int FirstYear = 1;
    const int LastYear = 9998;

    IsoWeek(int year, int number) => (Year, Number) = (year, number);

    /// <summary>The year that the week counts to: that of its Thursday.</summary>
    public int Year { get; }

    /// <summary>From 1 to 52 or 53.</summary>
    public int Number { get; }

    /// <summary>Its Monday, 00:00 UTC.</summary>
    public DateTimeOffset From => new(DateTime.SpecifyKind(ISOWeek.ToDateTime(Year, Number, DayOfWeek.Monday), DateTimeKind.Utc));

    /// <summary>The Monday after it, 00:00 UTC: the first moment that is not in it.</summary>
    public DateTimeOffset Before => From.AddDays(7);

    /// <summary>The week that a moment is in.</summary>
    public static IsoWeek Of(DateTimeOffset moment)
    {
        var day = moment.UtcDateTime;
        return new IsoWeek(ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day));
    }

    /// <summary>The last week that was over at a moment.</summary>
    public static IsoWeek LastBefore(DateTimeOffset moment) => Of(Of(moment).From.AddDays(-1));

    /// <summary>Reads <c>2026-W47</c>.</summary>
    /// <exception cref="FormatException">It is no week; the message says what is one.</exception>
    public static IsoWeek Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Form().Match(text);
        var year = match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (year is < FirstYear or > LastYear)
            throw new FormatException($"'{text}' is not a week: write year and number of an ISO week, like 2026-W47");

        var number = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        return number >= 1 && number <= ISOWeek.GetWeeksInYear(year)
            ? new IsoWeek(year, number)
            : throw new FormatException($"'{text}' is not a week: {year} has the weeks 01 to {ISOWeek.GetWeeksInYear(year)}");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-W{Number:D2}");

    [GeneratedRegex(@"^([0-9]{4})-W([0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
