using System.Collections;
using System.Globalization;

using OpenTelemetry;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// The labels of one series, sorted by name: <c>a="b",c="d"</c>. Used again for each series. An empty value is the same to Prometheus as no
/// label, and is left out; values whose names become equal are joined with a semicolon, as the mapping asks for.
/// </summary>
sealed class SeriesLabels
{
    const int RememberedNames = 4096;

    readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    readonly List<(string Name, string Value)> _labels = [];

    /// <summary>Forgets the labels of the last series.</summary>
    public SeriesLabels Begin()
    {
        _labels.Clear();
        return this;
    }

    public SeriesLabels Add(ReadOnlyTagCollection tags)
    {
        foreach (var tag in tags)
            Add(tag.Key, tag.Value);

        return this;
    }

    public SeriesLabels Add(string key, object? value)
    {
        var text = TextOf(value);
        if (text.Length == 0)
            return this;

        var name = NameOf(key);
        var at = 0;
        while (at < _labels.Count && string.CompareOrdinal(_labels[at].Name, name) < 0)
            at++;

        if (at < _labels.Count && _labels[at].Name == name)
            _labels[at] = (name, _labels[at].Value + ";" + text);
        else
            _labels.Insert(at, (name, text));

        return this;
    }

    public void WriteTo(MetricsPage page)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            var (name, value) = _labels[i];
            if (i > 0)
                page.Write(","u8);
            page.Write(name).Write("=\""u8).WriteEscaped(value, escapeQuotes: true).Write("\""u8);
        }
    }

    string NameOf(string key)
    {
        if (_names.TryGetValue(key, out var name))
            return name;

        name = PrometheusName.Sanitize(key);
        // The bucket's own label; a tag may not pretend to be it.
        if (name == "le")
            name = "exported_le";
        if (_names.Count < RememberedNames)
            _names[key] = name;
        return name;
    }

    static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => string.Join(',', items.Cast<object?>().Select(TextOf)),
        _ => value.ToString() ?? "",
    };
}
