using Seckill.Contracts;

namespace Seckill.Admission;

/// <summary>The answer to an <see cref="AdmissionRequest"/>.</summary>
public sealed record AdmissionResult
{
    /// <summary>What was decided.</summary>
    public required AdmissionOutcome Outcome { get; init; }

    /// <summary>
    /// The new order when admitted; the first one when the request was a repeat or its key is taken; the buyer's latest one when the limit
    /// is reached; else null.
    /// </summary>
    public Guid? OrderId { get; init; }

    /// <summary>What to publish, when admitted; should that fail, the relay does it.</summary>
    public SeckillRequested? Requested { get; init; }
}

/// <summary>What admission decided.</summary>
public enum AdmissionOutcome
{
    /// <summary>A new order: its units are reserved and its write-ahead entry is written.</summary>
    Admitted,

    /// <summary>The same request had been admitted before.</summary>
    Repeated,

    /// <summary>Fewer units are left than asked for.</summary>
    SoldOut,

    /// <summary>With these units the buyer would pass the activity's limit.</summary>
    AlreadyOrdered,

    /// <summary>Outside the activity's window, by the clock of the stock Redis.</summary>
    NotOpen,

    /// <summary>The idempotency key was used for another SKU or quantity.</summary>
    KeyReused,

    /// <summary>The activity has no such SKU.</summary>
    UnknownSku,

    /// <summary>As many orders of the activity as may be undecided at a time are: try again shortly.</summary>
    Busy,

    /// <summary>The stock is being warmed up or rebuilt, or there is no such activity: try again shortly.</summary>
    NotReady,
}
