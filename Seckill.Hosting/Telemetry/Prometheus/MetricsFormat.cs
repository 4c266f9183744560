using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>The two formats that Prometheus reads.</summary>
enum MetricsFormat
{
    /// <summary>Prometheus' own text format, version 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}

/// <summary>Which format a client gets, and how it is announced.</summary>
static class MetricsFormats
{
    const string OpenMetricsMediaType = "application/openmetrics-text";

    /// <summary>The value of header <c>Content-Type</c>.</summary>
    public static string ContentType(this MetricsFormat format) => format == MetricsFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics for who asks for it by name and likes the text format no better; the text format for everyone else.</summary>
    public static MetricsFormat Choose(IHeaderDictionary headers)
    {
        if (!MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted))
            return MetricsFormat.Text;

        double openMetrics = 0;
        double text = 0;
        foreach (var range in accepted)
        {
            var quality = range.Quality ?? 1;
            if (range.MediaType.Equals(OpenMetricsMediaType, StringComparison.OrdinalIgnoreCase) && IsVersion(range, "1.0.0"))
                openMetrics = Math.Max(openMetrics, quality);
            else if (range.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) && IsVersion(range, "0.0.4"))
                text = Math.Max(text, quality);
        }

        return openMetrics > 0 && openMetrics >= text ? MetricsFormat.OpenMetrics : MetricsFormat.Text;
    }

    static bool IsVersion(MediaTypeHeaderValue range, string version)
    {
        foreach (var parameter in range.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                return HeaderUtilities.RemoveQuotes(parameter.Value).Equals(version, StringComparison.Ordinal);
        }

        return true;
    }
}
