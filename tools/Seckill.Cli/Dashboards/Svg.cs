using System.Globalization;
using System.Net;
using System.Text;

namespace Seckill.Cli.Dashboards;

/// <summary>Text of a picture, with numbers and words written as they must be.</summary>
sealed class Svg
{
    /// <summary>Colors of series, told apart by people who see some colors alike as well.</summary>
    public static readonly string[] Colors =
        ["#2f6fbf", "#d98a1f", "#2a9d6a", "#b5408f", "#6b7785", "#1fa3b8", "#c2453d", "#8a6d3b", "#7a5cc2", "#9aa21f"];

    readonly StringBuilder _text = new();

    /// <summary>Markup that is as it should be.</summary>
    public static Svg Of(string markup)
    {
        var svg = new Svg();
        svg._text.Append(markup);
        return svg;
    }

    /// <summary>Adds markup in which every value is written safely.</summary>
    public Svg Add(FormattableString markup)
    {
        _text.AppendFormat(Safe.Instance, markup.Format, markup.GetArguments());
        return this;
    }

    /// <summary>A number of pixels.</summary>
    public static string Pixels(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>A color of Grafana by its name.</summary>
    public static string Named(string color) => color switch
    {
        "green" => "#1c7c45",
        "red" => "#c2271b",
        "yellow" or "orange" => "#a86400",
        _ => throw new InvalidOperationException($"The color '{color}' is not understood"),
    };

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Writes text so that it is no markup, and pictures as they are.</summary>
    sealed class Safe : IFormatProvider, ICustomFormatter
    {
        public static readonly Safe Instance = new();

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            null => "",
            Svg picture => picture.ToString(),
            double number => Pixels(number),
            IFormattable value => WebUtility.HtmlEncode(value.ToString(format, CultureInfo.InvariantCulture)),
            _ => WebUtility.HtmlEncode(arg.ToString() ?? ""),
        };
    }
}
