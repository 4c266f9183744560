using System.Globalization;

using Seckill.Faults;


namespace Seckill.Cli.Faults;

/// <summary>The settings, as environment variables, of the programs that a demo of faults runs against.</summary>
static class FaultSettings
{
    public const string DingTalkPath = "/robot/send";
    public const string WeComPath = "/cgi-bin/webhook/send";

    /// <summary>The secret of the robot's signature; it guards nothing but a robot that lives as long as the demo.</summary>
    public const string DingTalkSecret = "SEC0123456789abcdef";

    /// <summary>For API and workers: short delays, and the robots on a port of this machine. Warnings go to WeCom, urgent alerts to both.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Common(int robotPort)
    {
        var robot = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{robotPort}");
        return new Dictionary<string, string>
        {
            ["Compensation__TransactionAttempts"] = FaultGroups.TransactionAttempts.ToString(CultureInfo.InvariantCulture),
            ["Compensation__MaxRetries"] = FaultGroups.MaxRetries.ToString(CultureInfo.InvariantCulture),
            ["Compensation__RetryDelaySeconds__0"] = "1",
            ["Compensation__RetryDelaySeconds__1"] = "2",
            ["Compensation__RetryDelaySeconds__2"] = "3",
            ["Compensation__DeadLetterMaxRetries"] = FaultGroups.DeadLetterMaxRetries.ToString(CultureInfo.InvariantCulture),
            ["Compensation__DeadLetterDelaySeconds"] = "1",
            ["Compensation__SweepSeconds"] = "1",
            ["Compensation__AttemptLeaseSeconds"] = "10",
            ["Compensation__Adaptive"] = "false",
            ["Clock__PaymentDeadlineScanSeconds"] = "1",
            // The orders whose time is up are to be ended by an operator.
            ["Clock__SuspendedScanSeconds"] = "3600",
            // A slow answer on a busy machine is no outage.
            ["Circuit__ProbeTimeoutMilliseconds"] = "10000",
            ["Alerts__Language"] = "en",
            ["Alerts__Channels__dingtalk__Type"] = "dingtalk",
            ["Alerts__Channels__dingtalk__Url"] = $"{robot}{DingTalkPath}?access_token=demo",
            ["Alerts__Channels__dingtalk__Secret"] = DingTalkSecret,
            ["Alerts__Channels__dingtalk__MessagesPerMinute"] = "0",
            ["Alerts__Channels__wecom__Type"] = "wecom",
            ["Alerts__Channels__wecom__Url"] = $"{robot}{WeComPath}?key=demo",
            ["Alerts__Channels__wecom__MessagesPerMinute"] = "0",
            ["Alerts__Routes__Warning__0"] = "wecom",
            ["Alerts__Routes__Urgent__0"] = "dingtalk",
            ["Alerts__Routes__Urgent__1"] = "wecom",
        };
    }

    /// <summary>For workers, until the cause of all failures is removed: the faults of the groups.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Faults(string countsDirectory)
        => FaultGroups.All.GroupBy(x => x.Point, x => x.Fault)
            .Select(x => KeyValuePair.Create($"{FaultPointServices.Section}__{x.Key}", string.Join(',', x)))
            .Append(KeyValuePair.Create($"{FaultPointServices.Section}__{FaultPointServices.CountsDirectory}", countsDirectory));
}
