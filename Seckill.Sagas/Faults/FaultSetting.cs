using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Seckill.Sagas.Faults;

/// <summary>One fault of an armed point.</summary>
/// <param name="Point">One of <see cref="FaultPointNames"/>.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Argument">Crash: at which pass; throw: how many first passes do; delay: milliseconds.</param>
/// <param name="BuyerPrefix">
/// How the ids of the buyers begin whose orders meet the fault; passes are then counted for each order. Null: every pass of the process counts.
/// </param>
public sealed record FaultSetting(string Point, FaultKind Kind, long Argument, string? BuyerPrefix = null)
{
    /// <summary>How a setting is written.</summary>
    public const string Syntax = "crash, crash:<pass>, throw, throw:<passes> or delay:<milliseconds>, each with @<prefix> behind it "
        + "where only orders of buyers whose id begins so are to meet it; several with commas between, of which an order meets the first that is for it";

    /// <summary>The <see cref="Argument"/> of a point that always throws.</summary>
    public const long Always = long.MaxValue;

    const char Between = ',';
    const char BeforePrefix = '@';

    /// <summary>
    /// Reads <c>crash</c> (at the first pass), <c>crash:7</c>, <c>throw</c> (always), <c>throw:3</c>, <c>delay:250</c>, restricted as in
    /// <c>throw:3@fail-</c>, or several of them: <c>throw:3@fail-once-,throw@fail-always-</c>.
    /// </summary>
    public static bool TryParse(string point, string? text, [NotNullWhen(true)] out IReadOnlyList<FaultSetting>? settings)
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

    /// <inheritdoc/>
    public override string ToString()
    {
        var argument = Argument == Always ? "" : string.Create(CultureInfo.InvariantCulture, $":{Argument}");
        return $"{Kind}{argument}{(BuyerPrefix is null ? "" : BeforePrefix + BuyerPrefix)}";
    }

    static FaultSetting? ParseOne(string point, string text)
    {
        var at = text.IndexOf(BeforePrefix, StringComparison.Ordinal);
        var prefix = at < 0 ? null : text[(at + 1)..];
        if (prefix is not null && (prefix.Length == 0 || prefix.AsSpan().ContainsAnyExceptInRange('!', '~')))
            return null;

        var parts = (at < 0 ? text : text[..at]).Split(':', 2);
        long argument = 0;
        if (parts.Length == 2 && (!long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out argument) || argument == 0))
            return null;

        return (parts[0], parts.Length) switch
        {
            ("crash", 1) => new FaultSetting(point, FaultKind.Crash, 1, prefix),
            ("crash", 2) => new FaultSetting(point, FaultKind.Crash, argument, prefix),
            ("throw", 1) => new FaultSetting(point, FaultKind.Throw, Always, prefix),
            ("throw", 2) => new FaultSetting(point, FaultKind.Throw, argument, prefix),
            ("delay", 2) => new FaultSetting(point, FaultKind.Delay, argument, prefix),
            _ => null,
        };
    }
}
