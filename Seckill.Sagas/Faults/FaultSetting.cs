using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Seckill.Sagas.Faults;

/// <summary>One armed fault point.</summary>
/// <param name="Point">One of <see cref="FaultPointNames"/>.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Argument">Crash: at which pass; throw: how many first passes do; delay: milliseconds.</param>
public sealed record FaultSetting(string Point, FaultKind Kind, long Argument)
{
    /// <summary>How a setting is written.</summary>
    public const string Syntax = "crash, crash:<pass>, throw, throw:<passes> or delay:<milliseconds>";

    /// <summary>Reads <c>crash</c> (at the first pass), <c>crash:7</c>, <c>throw</c> (always), <c>throw:3</c> or <c>delay:250</c>.</summary>
    public static bool TryParse(string point, string? text, [NotNullWhen(true)] out FaultSetting? setting)
    {
        setting = null;
        var parts = (text ?? "").Split(':', 2);
        long argument = 0;
        if (parts.Length == 2 && (!long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out argument) || argument == 0))
            return false;

        setting = (parts[0], parts.Length) switch
        {
            ("crash", 1) => new FaultSetting(point, FaultKind.Crash, 1),
            ("crash", 2) => new FaultSetting(point, FaultKind.Crash, argument),
            ("throw", 1) => new FaultSetting(point, FaultKind.Throw, long.MaxValue),
            ("throw", 2) => new FaultSetting(point, FaultKind.Throw, argument),
            ("delay", 2) => new FaultSetting(point, FaultKind.Delay, argument),
            _ => null,
        };
        return setting is not null;
    }
}
