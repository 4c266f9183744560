using System.ComponentModel.DataAnnotations;

namespace Seckill.Workers;

/// <summary>How much a worker takes on at once: configuration section <c>Worker</c>.</summary>
sealed class WorkerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Worker";

    /// <summary>
    /// Transactions that run at once. It is also the size that group commits grow to: fewer waste MySQL's flushes, more cost memory and latency.
    /// </summary>
    [Range(1, 10_000, ErrorMessage = "must be from 1 to 10000 transactions")]
    public int ConcurrentTransactions { get; set; } = 2000;

    /// <summary>Orders taken from Kafka and not done with, those that run included.</summary>
    [Range(1, 100_000, ErrorMessage = "must be from 1 to 100000 orders, and no less than Worker:ConcurrentTransactions")]
    public int PrefetchedOrders { get; set; } = 4000;

    /// <summary>Commands of people and of the clock that are handled at once.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 commands")]
    public int ConcurrentCommands { get; set; } = 128;

    /// <summary>Attempts of compensation and reprocessed orders that are handled at once, of each.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 attempts")]
    public int ConcurrentAttempts { get; set; } = 32;

    /// <summary>
    /// Dead letters that are in hand at once. Most of them wait for their next attempt: this, over the delay before an attempt, is how many a second are worked off.
    /// </summary>
    [Range(1, 10_000, ErrorMessage = "must be from 1 to 10000 dead letters")]
    public int DeadLettersInHand { get; set; } = 1000;
}
