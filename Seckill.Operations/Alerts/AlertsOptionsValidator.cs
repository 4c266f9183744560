using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;

using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts.Channels;

namespace Seckill.Operations.Alerts;

/// <summary>Names every wrong key, what is wrong and what is allowed. Values that may hold a secret are not shown.</summary>
sealed partial class AlertsOptionsValidator : IValidateOptions<AlertsOptions>
{
    const int DaySeconds = 86_400;

    public ValidateOptionsResult Validate(string? name, AlertsOptions options)
    {
        var failures = new List<string>();
        General(options, failures);
        foreach (var (channel, settings) in options.Channels)
            Channel($"{AlertsOptions.Section}:Channels:{channel}", channel, settings ?? new AlertChannelOptions(), failures);
        Routes(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    static void General(AlertsOptions options, List<string> failures)
    {
        const string Section = AlertsOptions.Section;
        if (options.Language is not ("zh" or "en"))
            failures.Add($"{Section}:Language is '{options.Language}': must be zh or en");
        if (string.IsNullOrWhiteSpace(options.SpoolPath))
            failures.Add($"{Section}:SpoolPath is empty: must be a folder on a local disk that this process can write to");
        else if (File.Exists(options.SpoolPath))
            failures.Add($"{Section}:SpoolPath is '{options.SpoolPath}', which is a file: must be a folder");
        if (string.IsNullOrWhiteSpace(options.RunbookUrl))
            failures.Add($"{Section}:RunbookUrl is empty: must be the address of the runbook");
        else if (options.RunbookUrl.StartsWith("http", StringComparison.OrdinalIgnoreCase) && !IsWebAddress(options.RunbookUrl))
            failures.Add($"{Section}:RunbookUrl is '{options.RunbookUrl}': must be a web address or the path of a file");
        if (options.WebhookToken is null || (options.WebhookToken.Length > 0 && !Token().IsMatch(options.WebhookToken)))
            failures.Add($"{Section}:WebhookToken must be empty, or 16 to 256 visible ASCII characters without blanks");
        Range($"{Section}:DeduplicationSeconds", options.DeduplicationSeconds, 0, DaySeconds, failures);
        Range($"{Section}:SpoolMaxAlerts", options.SpoolMaxAlerts, 1, 1_000_000, failures);
        Range($"{Section}:RetryBaseMilliseconds", options.RetryBaseMilliseconds, 10, 60_000, failures);
        Range($"{Section}:RetryMaxSeconds", options.RetryMaxSeconds, 1, DaySeconds, failures);
        Range($"{Section}:RedisTimeoutMilliseconds", options.RedisTimeoutMilliseconds, 5, 10_000, failures);
    }

    static void Channel(string key, string name, AlertChannelOptions channel, List<string> failures)
    {
        if (ChannelTypes.Is(name, AlertsOptions.LogOnly))
            failures.Add($"{key}: '{AlertsOptions.LogOnly}' is the route that tells nobody: the channel must have another name");
        if (!ChannelTypes.All.Contains(channel.Type, StringComparer.OrdinalIgnoreCase))
            failures.Add($"{key}:Type is '{channel.Type}': must be one of {string.Join(", ", ChannelTypes.All)}");
        Range($"{key}:TimeoutSeconds", channel.TimeoutSeconds, 1, 300, failures);
        Range($"{key}:MessagesPerMinute", channel.Limit, 0, 100_000, failures);

        if (ChannelTypes.Is(channel.Type, ChannelTypes.Email))
            Email(key, channel, failures);
        else if (!IsWebAddress(channel.Url))
            failures.Add($"{key}:Url is {(channel.Url.Length == 0 ? "empty" : "no web address")}: must begin with https:// or http://");

        for (var i = 0; i < channel.AtMobiles.Count; i++)
        {
            if (!Mobile().IsMatch(channel.AtMobiles[i] ?? ""))
                failures.Add($"{key}:AtMobiles:{i} is no mobile number: must be 6 to 20 digits, with + and - where needed");
        }

        for (var i = 0; i < channel.MentionUserIds.Count; i++)
        {
            if (!UserId().IsMatch(channel.MentionUserIds[i] ?? ""))
                failures.Add($"{key}:MentionUserIds:{i} is '{channel.MentionUserIds[i]}': must be letters, digits, and _ - @ . only");
        }
    }

    static void Email(string key, AlertChannelOptions channel, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(channel.Host))
            failures.Add($"{key}:Host is empty: must be the name or address of an SMTP server");
        Range($"{key}:Port", channel.Port, 1, 65_535, failures);
        if (channel.Tls is not (ChannelTypes.StartTls or ChannelTypes.ImplicitTls or ChannelTypes.NoTls))
            failures.Add($"{key}:Tls is '{channel.Tls}': must be {ChannelTypes.StartTls}, {ChannelTypes.ImplicitTls} or {ChannelTypes.NoTls}");
        if (!MailAddress.TryCreate(channel.From, out _))
            failures.Add($"{key}:From is '{channel.From}': must be an e-mail address");
        if (channel.To.Count == 0)
            failures.Add($"{key}:To is empty: must hold an e-mail address at least");
        for (var i = 0; i < channel.To.Count; i++)
        {
            if (!MailAddress.TryCreate(channel.To[i], out _))
                failures.Add($"{key}:To:{i} is '{channel.To[i]}': must be an e-mail address");
        }

        if (channel.Password.Length > 0 && channel.User.Length == 0)
            failures.Add($"{key}:User is empty: must be given with a password");
    }

    static void Routes(AlertsOptions options, List<string> failures)
    {
        var severities = Enum.GetNames<AlertSeverity>();
        foreach (var (severity, channels) in options.Routes)
        {
            var key = $"{AlertsOptions.Section}:Routes:{severity}";
            if (!severities.Contains(severity, StringComparer.OrdinalIgnoreCase))
                failures.Add($"{key}: there is no severity '{severity}': must be one of {string.Join(", ", severities)}");
            if (channels is null || channels.Count == 0)
            {
                failures.Add($"{key} is empty: must name channels, or '{AlertsOptions.LogOnly}'");
                continue;
            }

            var allowed = options.Channels.Keys.Append(AlertsOptions.LogOnly).ToList();
            for (var i = 0; i < channels.Count; i++)
            {
                if (!allowed.Contains(channels[i], StringComparer.OrdinalIgnoreCase))
                    failures.Add($"{key}:{i} is '{channels[i]}': must be one of {string.Join(", ", allowed)}");
            }
        }
    }

    static bool IsWebAddress(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    static void Range(string key, int value, int least, int most, List<string> failures)
    {
        if (value < least || value > most)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is {value}: must be {least} to {most}"));
    }

    [GeneratedRegex("^[!-~]{16,256}$", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"^\+?[0-9][0-9-]{4,18}[0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex Mobile();

    [GeneratedRegex(@"^[A-Za-z0-9_.@-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex UserId();
}
