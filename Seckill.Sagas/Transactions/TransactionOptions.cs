using System.ComponentModel.DataAnnotations;

namespace Seckill.Sagas.Transactions;

/// <summary>How transactions run: configuration section <c>Transaction</c>.</summary>
public sealed class TransactionOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Transaction";

    /// <summary>After so long without a decision a transaction is suspended, and rolled back by the scan. Seconds.</summary>
    [Range(1, 86400)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Attempts of one step against a participant, for transient faults only.</summary>
    [Range(1, 20)]
    public int RetryMaxAttempts { get; set; } = 3;

    /// <summary>Each pause between attempts is this many times the last.</summary>
    [Range(1.0, 10.0)]
    public double RetryBackoffFactor { get; set; } = 1.5;

    /// <summary>The first pause between attempts, in milliseconds.</summary>
    [Range(1, 60000)]
    public int RetryFirstDelayMilliseconds { get; set; } = 100;

    /// <summary>Prefix of the lock that guards a transaction.</summary>
    [Required]
    public string LockPrefix { get; set; } = "global_tx_lock";

    /// <summary>After so long a lock whose holder died is free again, in seconds.</summary>
    [Range(1, 3600)]
    public int LockExpirySeconds { get; set; } = 30;

    /// <summary>How long an actor waits for another one to leave the transaction, in seconds.</summary>
    [Range(0, 600)]
    public int LockWaitSeconds { get; set; } = 5;

    /// <summary>Recovery takes up a half-done roll back, cancel or refund after so long, in seconds.</summary>
    [Range(1, 3600)]
    public int UnfinishedRetrySeconds { get; set; } = 30;

    /// <summary>Rows that one group commit writes at most.</summary>
    [Range(1, 5000)]
    public int MaxBatchRows { get; set; } = 512;
}
