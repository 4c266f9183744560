using System.Globalization;

namespace Seckill.Cli.Top;

/// <summary>Figures as people read them; a dash for what is not known.</summary>
static class Figures
{
    public const string Unknown = "-";

    public static string Whole(double? value) => value is { } x && double.IsFinite(x) ? Text($"{x:#,0}") : Unknown;

    public static string Rate(double? perSecond) => perSecond switch
    {
        null => Unknown,
        >= 100 => Text($"{perSecond:#,0}/s"),
        _ => Text($"{perSecond:0.0}/s"),
    };

    public static string Time(double? seconds) => seconds switch
    {
        null => Unknown,
        0 => "0 s",
        < 0.01 => Text($"{seconds * 1000:0.0} ms"),
        < 1 => Text($"{seconds * 1000:0} ms"),
        < 120 => Text($"{seconds:0.0} s"),
        _ => Text($"{seconds / 60:0} min"),
    };

    public static string Megabytes(double? bytes) => bytes is null ? Unknown : Text($"{bytes / (1024 * 1024):#,0} MB");

    public static string Cores(double? cores) => cores is null ? Unknown : Text($"{cores:0.00}");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
