using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Seckill.Faults;

/// <summary>One fault of an armed point.</summary>
/// <param name="Point">Where.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Passes">At which passes.</param>
/// <param name="DelayMilliseconds">Of a delay: how long.</param>
/// <param name="BuyerPrefix">
/// How the ids of the buyers begin whose orders meet the fault; where the number of a pass matters, passes are then counted for each order. Null: every pass
/// of the process counts.
/// </param>
public sealed record FaultSetting(FaultPoint Point, FaultKind Kind, FaultPasses Passes, int DelayMilliseconds = 0, string? BuyerPrefix = null)
{
    /// <summary>How a setting is written.</summary>
    public const string Syntax = "crash, throw, lost or delay:<milliseconds>; behind it :<n> for the first n passes (of a crash: for the n-th), :at<n> for the n-th "
        + "alone, or :p<probability> (p0.01) for each by chance; behind that @<prefix> where only orders of buyers whose id begins so are to meet it; "
        + "several with commas between, of which an order meets the first that is for it";

    const int LongestDelayMilliseconds = 24 * 3600 * 1000;
    const char Between = ',';
    const char BeforePrefix = '@';

    /// <summary>
    /// Reads <c>crash</c> (at the first pass), <c>crash:7</c>, <c>throw</c> (always), <c>throw:3</c>, <c>lost:at5</c>, <c>delay:250</c>, <c>delay:250:p0.1</c>,
    /// restricted as in <c>throw:3@fail-</c>, or several of them: <c>throw:3@fail-once-,throw@fail-always-</c>.
    /// </summary>
    public static bool TryParse(FaultPoint point, string? text, [NotNullWhen(true)] out IReadOnlyList<FaultSetting>? settings)
    {
        settings = null;
        var read = new List<FaultSetting>();
        foreach (var part in (text ?? "").Split(Between))
        {
            if (ParseOne(point, part) is not { } setting)
                return false;

            read.Add(setting);
        }

        settings = read;
        return true;
    }

    /// <summary>Reads what a point is to be armed with.</summary>
    /// <param name="name">The name of the point.</param>
    /// <param name="text">As <see cref="TryParse"/> reads it.</param>
    /// <param name="settings">What it says.</param>
    /// <param name="problem">Why there is no such point, or why it can't be armed with this, and what is allowed; behind "is …".</param>
    internal static bool TryRead(string name, string? text, [NotNullWhen(true)] out IReadOnlyList<FaultSetting>? settings, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        problem = null;
        if (KnownPoints.Find(name) is not { } point)
            problem = $"names no fault point; there are {Names(_ => true)}";
        else if (!TryParse(point, text, out settings))
            problem = $"is '{text}', allowed is {Syntax}";
        else if (settings.Any(x => !point.Kinds.Contains(x.Kind)))
            problem = $"is '{text}', but no effect stands before it whose reply could be lost; those after one are {Names(x => x.Kinds.Contains(FaultKind.Lost))}";
        else if (point.IsOfMany && settings.Any(x => x.BuyerPrefix is not null))
            problem = $"is '{text}', but no single order passes it, so that it can't be for some buyers; those that can are {Names(x => !x.IsOfMany)}";
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var delay = Kind == FaultKind.Delay ? string.Create(CultureInfo.InvariantCulture, $":{DelayMilliseconds}") : "";
        return $"{Kind}{delay}{Passes}{(BuyerPrefix is null ? "" : BeforePrefix + BuyerPrefix)}";
    }

    static string Names(Func<FaultPoint, bool> which) => string.Join(", ", KnownPoints.All.Where(which).Select(x => x.Name).Order());

    static FaultSetting? ParseOne(FaultPoint point, string text)
    {
        var at = text.IndexOf(BeforePrefix, StringComparison.Ordinal);
        var prefix = at < 0 ? null : text[(at + 1)..];
        if (prefix is not null && (prefix.Length == 0 || prefix.AsSpan().ContainsAnyExceptInRange('!', '~')))
            return null;

        return (at < 0 ? text : text[..at]).Split(':') switch
        {
            ["crash"] => new FaultSetting(point, FaultKind.Crash, FaultPasses.Only(1), 0, prefix),
            ["crash", var when] when ParsePasses(when, FaultPasses.Only) is { } passes => new FaultSetting(point, FaultKind.Crash, passes, 0, prefix),
            ["throw"] => new FaultSetting(point, FaultKind.Throw, FaultPasses.Every, 0, prefix),
            ["throw", var when] when ParsePasses(when, FaultPasses.First) is { } passes => new FaultSetting(point, FaultKind.Throw, passes, 0, prefix),
            ["lost"] => new FaultSetting(point, FaultKind.Lost, FaultPasses.Every, 0, prefix),
            ["lost", var when] when ParsePasses(when, FaultPasses.First) is { } passes => new FaultSetting(point, FaultKind.Lost, passes, 0, prefix),
            ["delay", var delay] when ParseDelay(delay) is { } milliseconds
                => new FaultSetting(point, FaultKind.Delay, FaultPasses.Every, milliseconds, prefix),
            ["delay", var delay, var when] when ParseDelay(delay) is { } milliseconds && ParsePasses(when, FaultPasses.First) is { } passes
                => new FaultSetting(point, FaultKind.Delay, passes, milliseconds, prefix),
            _ => null,
        };
    }

    static FaultPasses? ParsePasses(string text, Func<long, FaultPasses> ofNumber)
    {
        if (text.StartsWith("at", StringComparison.Ordinal))
            return ParseNumber(text[2..]) is { } only ? FaultPasses.Only(only) : null;
        if (text.StartsWith('p'))
        {
            return double.TryParse(text[1..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var probability) && probability is > 0 and <= 1
                ? FaultPasses.ByChance(probability)
                : null;
        }

        return ParseNumber(text) is { } number ? ofNumber(number) : null;
    }

    static int? ParseDelay(string text) => ParseNumber(text) is { } number and <= LongestDelayMilliseconds ? (int)number : null;

    static long? ParseNumber(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
