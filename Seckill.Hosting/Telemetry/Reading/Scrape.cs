using System.Globalization;
using System.Text;

namespace Seckill.Hosting.Telemetry.Reading;

/// <summary>What a process said of itself at one moment, read from Prometheus' text format 0.0.4.</summary>
public sealed class Scrape
{
    static readonly MetricSample[] None = [];

    readonly Dictionary<string, List<MetricSample>> _samples = new(StringComparer.Ordinal);

    Scrape(TimeSpan at) => At = at;

    /// <summary>When it was read, on a clock that only goes forward.</summary>
    public TimeSpan At { get; }

    /// <summary>The samples of a name, in their order; empty when there are none.</summary>
    public IReadOnlyList<MetricSample> this[string name] => _samples.TryGetValue(name, out var samples) ? samples : None;

    /// <summary>Reads a page.</summary>
    /// <param name="text">The page.</param>
    /// <param name="at">When it was read, on a clock that only goes forward.</param>
    /// <exception cref="FormatException">A line is none of that format.</exception>
    public static Scrape Parse(string text, TimeSpan at)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scrape = new Scrape(at);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].Trim();
            if (line.IsEmpty || line[0] == '#')
                continue;

            var (name, sample) = new Line(line.ToString()).Read();
            if (!scrape._samples.TryGetValue(name, out var samples))
                scrape._samples[name] = samples = [];
            samples.Add(sample);
        }

        return scrape;
    }

    /// <summary>The sum of the samples of a name; null when there are none.</summary>
    public double? Sum(string name, Func<MetricSample, bool>? which = null) => Values(name, which) is { Count: > 0 } values ? values.Sum() : null;

    /// <summary>The largest sample of a name; null when there is none.</summary>
    public double? Max(string name, Func<MetricSample, bool>? which = null) => Values(name, which) is { Count: > 0 } values ? values.Max() : null;

    List<double> Values(string name, Func<MetricSample, bool>? which) => this[name].Where(x => which is null || which(x)).Select(x => x.Value).ToList();

    /// <summary><c>name{label="value",…} value [time]</c>.</summary>
    sealed class Line(string text)
    {
        int _at;

        public (string Name, MetricSample Sample) Read()
        {
            var name = Word();
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Next() == '{')
                ReadLabels(labels);
            var series = text[.._at];
            var rest = text[_at..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (name.Length == 0 || rest.Length is not (1 or 2))
                throw Wrong();

            return (name, new MetricSample(series, labels, Number(rest[0])));
        }

        void ReadLabels(Dictionary<string, string> labels)
        {
            _at++;
            while (Next() != '}')
            {
                var label = Word();
                if (label.Length == 0 || Next() != '=')
                    throw Wrong();

                _at++;
                if (!labels.TryAdd(label, Quoted()))
                    throw Wrong();
                if (Next() == ',')
                    _at++;
                else if (Next() != '}')
                    throw Wrong();
            }

            _at++;
        }

        string Quoted()
        {
            if (Next() != '"')
                throw Wrong();

            var value = new StringBuilder();
            while (Next(1) is var c && c != '"')
            {
                _at++;
                value.Append(c switch
                {
                    '\0' => throw Wrong(),
                    '\\' => Escaped(),
                    _ => c,
                });
            }

            _at += 2;
            return value.ToString();
        }

        char Escaped()
        {
            var escaped = Next(1);
            _at++;
            return escaped switch
            {
                'n' => '\n',
                '\\' or '"' => escaped,
                _ => throw Wrong(),
            };
        }

        string Word()
        {
            var start = _at;
            while (Next() is '_' or ':' || char.IsAsciiLetterOrDigit(Next()))
                _at++;
            return text[start.._at];
        }

        char Next(int further = 0) => _at + further < text.Length ? text[_at + further] : '\0';

        double Number(string word) => word switch
        {
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => throw Wrong(),
        };

        FormatException Wrong() => new($"'{text}' is no line of Prometheus' text format");
    }
}
