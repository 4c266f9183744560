using System.Globalization;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts.Delivery;
using Seckill.Operations.Alerts.Limits;
using Seckill.Operations.Alerts.Spool;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts;

/// <summary>Where alerts are handed in: logged, cleaned of personal data, counted if they repeat, spooled if they don't.</summary>
sealed class AlertDesk(
    IOptions<AlertsOptions> options, AlertSpool spool, DeduplicationWindow window, AlertDelivery delivery, AlertMessages messages,
    AlertMetrics metrics, TimeProvider clock, ILogger<AlertDesk> logger) : IAlerts
{
    /// <summary>Facts of one alert, and bytes of each: a message is for people.</summary>
    const int Facts = 50;
    const int NameBytes = 100;
    const int KeyBytes = 500;
    internal const int ValueBytes = 2000;

    readonly Lock _gate = new();
    SpoolEntry? _dropNews;
    long _dropped;

    public Task RaiseAsync(Alert alert, CancellationToken cancellationToken = default)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(alert);
            Raise(Clean(alert));
        }
#pragma warning disable CA1031 // The contract: an alert never fails the work that it is about. What went wrong is in the log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Alert {Kind} {Key} could not be handed over", alert?.Kind, alert?.Key);
        }

        return Task.CompletedTask;
    }

    void Raise(Alert alert)
    {
        if (!window.TryPass(alert, out var repeats))
        {
            metrics.Count("repeated");
            return;
        }

        // The log is the one channel that is always there.
        logger.Log(alert.IsResolved ? LogLevel.Information : LogLevel.Warning, "Alert: {Title} {Facts}",
            messages.Title(alert), string.Join("; ", alert.Facts.Select(x => $"{x.Key}={MarkdownText.OneLine(x.Value)}")));
        var channels = options.Value.RouteOf(alert.Severity);
        if (channels.Count == 0)
        {
            metrics.Count("logged");
            return;
        }

        var entry = spool.NewEntry(alert, channels, repeats);
        var dropped = spool.Add(entry);
        metrics.Count("accepted");
        delivery.Add(entry);
        if (dropped.Count > 0)
            TellDropped(dropped);
    }

    static Alert Clean(Alert alert) => alert with
    {
        Key = PersonalData.MaskBeginning(alert.Key ?? "", KeyBytes),
        Facts = (alert.Facts ?? []).Take(Facts)
            .Select(x => PersonalData.MaskBeginning(new KeyValuePair<string, string>(x.Key ?? "", x.Value ?? ""), ValueBytes))
            .Select(x => new KeyValuePair<string, string>(Utf8Text.Cut(x.Key, NameBytes), x.Value))
            .ToList(),
    };

    void TellDropped(IReadOnlyList<SpoolEntry> dropped)
    {
        foreach (var entry in dropped)
        {
            metrics.Count("dropped");
            logger.LogError("Alert dropped because more than {Maximum} wait: {Title}",
                options.Value.SpoolMaxAlerts, messages.Title(entry.Alert));
        }

        lock (_gate)
        {
            // One piece of news that counts, until a channel told it; then another.
            if (_dropNews is { } news)
            {
                lock (news)
                {
                    if (!news.IsGone && news.Channels.Count == options.Value.RouteOf(AlertSeverity.Urgent).Count)
                    {
                        _dropped += dropped.Count;
                        news.Alert = DropNews(_dropped);
                        spool.Update(news);
                        return;
                    }
                }
            }

            _dropped = dropped.Count;
            var channels = options.Value.RouteOf(AlertSeverity.Urgent);
            if (channels.Count == 0)
                return;
            _dropNews = spool.NewEntry(DropNews(_dropped), channels, repeats: 0);
            _dropNews.IsSettled = true;
            spool.Add(_dropNews);
            delivery.Add(_dropNews);
        }
    }

    Alert DropNews(long dropped) => new()
    {
        Severity = AlertSeverity.Urgent,
        Kind = AlertKinds.AlertsDropped,
        At = clock.GetUtcNow(),
        Facts =
        [
            new("dropped", dropped.ToString(CultureInfo.InvariantCulture)),
            new("limit", options.Value.SpoolMaxAlerts.ToString(CultureInfo.InvariantCulture)),
        ],
    };
}
