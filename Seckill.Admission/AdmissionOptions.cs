using System.ComponentModel.DataAnnotations;

namespace Seckill.Admission;

/// <summary>How orders are admitted and how their stock is looked after: configuration section <c>Admission</c>.</summary>
public sealed class AdmissionOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Admission";

    /// <summary>How long the relay leaves a new write-ahead entry to the API that made it.</summary>
    [Range(1, 3600)]
    public int RelayDelaySeconds { get; set; } = 5;

    /// <summary>After this, or after half of the time that it has waited, the relay publishes an entry again that nobody finished.</summary>
    [Range(1, 86_400)]
    public int RelayRepeatSeconds { get; set; } = 60;

    /// <summary>How often the relay looks for entries that are due.</summary>
    [Range(50, 60_000)]
    public int RelayPollMilliseconds { get; set; } = 1000;

    /// <summary>Entries that the relay publishes at once.</summary>
    [Range(1, 10_000)]
    public int RelayPageEntries { get; set; } = 200;

    /// <summary>Entries of one activity that the relay publishes in one pass at most, so that no activity waits for another's backlog.</summary>
    [Range(1, 1_000_000)]
    public int RelayPassEntries { get; set; } = 5000;

    /// <summary>How long the relay waits for Kafka to take a page.</summary>
    [Range(1, 600)]
    public int RelayPublishTimeoutSeconds { get; set; } = 15;

    /// <summary>
    /// Undecided orders of one activity beyond which no more are admitted: buyers are asked to come back rather than to wait for a decision that is far away.
    /// </summary>
    [Range(1, 10_000_000)]
    public int UndecidedOrders { get; set; } = 50_000;

    /// <summary>How long an idempotency key is remembered.</summary>
    [Range(1, 720)]
    public int IdempotencyKeyHours { get; set; } = 24;

    /// <summary>How long the record of a released order refuses late calls.</summary>
    [Range(1, 8760)]
    public int TombstoneHours { get; set; } = 48;

    /// <summary>How long the record of a committed order is kept; at least a day longer than its payment window in any case.</summary>
    [Range(1, 365)]
    public int CommittedRecordDays { get; set; } = 7;

    /// <summary>How long a process believes that a SKU is sold out, when no message tells it otherwise; 0 turns the flag off.</summary>
    [Range(0, 60_000)]
    public int SoldOutFlagMilliseconds { get; set; } = 1000;

    /// <summary>How long a call of the stock Redis may take.</summary>
    [Range(50, 60_000)]
    public int RedisTimeoutMilliseconds { get; set; } = 2000;

    /// <summary>How often an admission is tried when Redis does not answer.</summary>
    [Range(1, 10)]
    public int AdmitAttempts { get; set; } = 3;

    /// <summary>Pause before an admission's second attempt; each further one is 1.5 times as long.</summary>
    [Range(1, 10_000)]
    public int AdmitBackoffMilliseconds { get; set; } = 100;

    /// <summary>How often the keeper looks at the stock of each activity.</summary>
    [Range(50, 60_000)]
    public int KeeperPollMilliseconds { get; set; } = 1000;

    /// <summary>How many activities' stock one process warms up or rebuilds at once: each has a connection to MySQL meanwhile.</summary>
    [Range(1, 32)]
    public int RebuildsAtOnce { get; set; } = 4;

    /// <summary>How often stock and write-ahead entries are measured.</summary>
    [Range(100, 60_000)]
    public int SurveyPollMilliseconds { get; set; } = 5000;

    /// <summary>How long before it opens an activity's stock is warmed up.</summary>
    [Range(0, 1440)]
    public int WarmUpLeadMinutes { get; set; } = 10;

    /// <summary>How long after it closes, and after its last order's payment window, an activity's stock is looked after.</summary>
    [Range(1, 720)]
    public int WatchAfterCloseHours { get; set; } = 24;

    /// <summary>For how long after it closes an activity is still asked for write-ahead entries that nobody finished. A day later its stock leaves Redis.</summary>
    [Range(1, 365)]
    public int WatchEntriesDays { get; set; } = 30;

    /// <summary>Orders that a rebuild loads with one call.</summary>
    [Range(1, 2000)]
    public int RebuildChunkOrders { get; set; } = 500;

    /// <summary>How long a rebuild may stay silent before another process takes it over.</summary>
    [Range(2, 600)]
    public int RebuildLeaseSeconds { get; set; } = 30;

    /// <summary>
    /// How long one of several masters may take to answer about a lock. A lock's expiry must be much longer. A lone master may take
    /// <see cref="RedisTimeoutMilliseconds"/>.
    /// </summary>
    [Range(5, 10_000)]
    public int LockMasterTimeoutMilliseconds { get; set; } = 200;

    /// <summary>
    /// How long a master remembers the last fencing token of a lock that nobody holds. Afterwards the clock keeps tokens rising, so the masters'
    /// clocks must agree within this.
    /// </summary>
    [Range(1, 86_400)]
    public int LockFenceSeconds { get; set; } = 30;

    /// <summary>For how long after an activity closes Redis may hold the record of an order of it that MySQL does not know: undecided, and then given up.</summary>
    /// <returns>The time, which the settings' own bounds keep below two years. Not a property: those are read when the bounds are checked.</returns>
    public TimeSpan RecordsKeptAfterClose() => TimeSpan.FromDays(WatchEntriesDays) + TimeSpan.FromHours(TombstoneHours);

    internal TimeSpan RedisTimeout => TimeSpan.FromMilliseconds(RedisTimeoutMilliseconds);
}
