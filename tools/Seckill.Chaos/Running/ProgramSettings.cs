using System.Globalization;

using Seckill.Faults;

namespace Seckill.Chaos.Running;

/// <summary>
/// What API and workers are started with: detours instead of servers, delays that are short enough to wait for, and faults that orders of some buyers meet whatever
/// else happens.
/// </summary>
static class ProgramSettings
{
    /// <summary>An undecided order is rolled back after so many seconds.</summary>
    public const int TransactionTimeoutSeconds = 60;

    /// <summary>From the request to pay until the provider charges: long enough to cancel meanwhile.</summary>
    public static readonly TimeSpan PaymentDelay = TimeSpan.FromSeconds(1);

    /// <summary>The setting of it.</summary>
    const string SettleDelay = "Payments__Development__SettleDelayMilliseconds";

    const int TransactionAttempts = 2;
    const int MaxRetries = 3;
    const int DeadLetterMaxRetries = 2;

    /// <summary>The start of ids of buyers whose orders fail until compensation heals them.</summary>
    public const string HealedOnce = "once-";

    /// <summary>The same, for orders that the dead-letter consumer heals.</summary>
    public const string HealedLate = "late-";

    /// <summary>The same, for orders that end in the archive; they succeed when an operator tries them again.</summary>
    public const string GivenUp = "lost-";

    /// <summary>The start of ids of buyers whose units take so long to come back that recovery takes the order up.</summary>
    public const string SlowToRelease = "slow-";

    const int UnfinishedGraceSeconds = 3;

    static readonly (string Prefix, int Throws)[] Failing =
    [
        (HealedOnce, TransactionAttempts),
        (HealedLate, TransactionAttempts + MaxRetries),
        (GivenUp, TransactionAttempts + MaxRetries + DeadLetterMaxRetries),
    ];

    /// <summary>The faults that are always on.</summary>
    static readonly Dictionary<string, string> Always = new()
    {
        [KnownPoints.AfterPrepared.Name] = string.Join(',', Failing.Select(x => $"throw:{x.Throws}@{x.Prefix}")),
        [KnownPoints.BeforeRedisRelease.Name] = $"delay:{Text((UnfinishedGraceSeconds + 2) * 1000)}:1@{SlowToRelease}",
    };

    /// <param name="detours">Where the servers are for the programs.</param>
    /// <param name="alerts">Whom they tell alerts.</param>
    /// <param name="countsDirectory">Where they count the tries of orders together.</param>
    /// <param name="armedPoints">The file of the fault points that come and go.</param>
    /// <param name="seed">Decides which passes meet a fault that happens by chance.</param>
    public static Dictionary<string, string> Common(Detours.DetourMap detours, AlertReceiver alerts, string countsDirectory, string armedPoints, int seed)
    {
        var settings = new Dictionary<string, string>
        {
            ["Compensation__TransactionAttempts"] = Text(TransactionAttempts),
            ["Compensation__MaxRetries"] = Text(MaxRetries),
            ["Compensation__RetryDelaySeconds__0"] = "1",
            ["Compensation__RetryDelaySeconds__1"] = "2",
            ["Compensation__RetryDelaySeconds__2"] = "3",
            ["Compensation__DeadLetterMaxRetries"] = Text(DeadLetterMaxRetries),
            ["Compensation__DeadLetterDelaySeconds"] = "1",
            ["Compensation__DeadLetterResendMinutes"] = "1",
            ["Compensation__SweepSeconds"] = "1",
            ["Compensation__AttemptLeaseSeconds"] = "10",
            ["Compensation__Adaptive"] = "false",
            // A slow answer on a busy machine is no outage.
            ["Circuit__ProbeTimeoutMilliseconds"] = "5000",
            ["Clock__PaymentDeadlineScanSeconds"] = "1",
            ["Clock__SuspendedScanSeconds"] = "2",
            ["Clock__UnfinishedScanSeconds"] = "1",
            ["Clock__UnfinishedGraceSeconds"] = Text(UnfinishedGraceSeconds),
            ["Clock__ResendAfterSeconds"] = "3",
            ["Transaction__TimeoutSeconds"] = Text(TransactionTimeoutSeconds),
            ["Transaction__LockExpirySeconds"] = "5",
            ["Transaction__UnfinishedRetrySeconds"] = "2",
            ["Admission__RelayDelaySeconds"] = "1",
            ["Admission__RelayRepeatSeconds"] = "5",
            [SettleDelay] = Text((int)PaymentDelay.TotalMilliseconds),
        };
        foreach (var (point, fault) in Always)
            settings[$"{FaultPointServices.Section}__{point}"] = fault;
        settings[$"{FaultPointServices.Section}__{FaultPointServices.CountsDirectory}"] = countsDirectory;
        settings[$"{FaultPointServices.Section}__{FaultPointServices.File}"] = armedPoints;
        settings[$"{FaultPointServices.Section}__{FaultPointServices.Seed}"] = Text(seed);
        foreach (var (name, value) in detours.Settings().Concat(alerts.Settings()))
            settings[name] = value;
        return settings;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
