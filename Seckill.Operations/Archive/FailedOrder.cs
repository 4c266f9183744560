using System.Globalization;

namespace Seckill.Operations.Archive;

/// <summary>An order that compensation gave up, or a record of the dead-letter topic that could not be read at all.</summary>
public sealed record FailedOrder
{
    /// <summary>Its key in the archive: the order id, or <c>raw:topic:partition:offset</c> of a record that names none.</summary>
    public required string ArchiveId { get; init; }

    /// <summary>The order; null when the record could not be read.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>The activity, if known.</summary>
    public long? ActivityId { get; init; }

    /// <summary>The SKU, if known.</summary>
    public long? SkuId { get; init; }

    /// <summary>The buyer, if known.</summary>
    public string? BuyerId { get; init; }

    /// <summary>Units, if known.</summary>
    public int? Quantity { get; init; }

    /// <summary>What the order costs in all, in cents, if known.</summary>
    public long? AmountCents { get; init; }

    /// <summary>A stable word for what failed, by which operators filter and reports count: <c>redis</c>, <c>mysql</c>, <c>unreadable</c>, …</summary>
    public required string Cause { get; init; }

    /// <summary>The last failure in words.</summary>
    public required string LastError { get; init; }

    /// <summary>The state of its transaction when it was given up; null when it has no row.</summary>
    public string? State { get; init; }

    /// <summary>Attempts of the compensation before the dead-letter topic.</summary>
    public int Attempts { get; init; }

    /// <summary>Attempts of the dead-letter consumer.</summary>
    public int DeadLetterAttempts { get; init; }

    /// <summary>The original message as it was: text, or Base64 when <see cref="PayloadIsBase64"/>.</summary>
    public required string Payload { get; init; }

    /// <summary>Whether <see cref="Payload"/> is bytes in Base64.</summary>
    public bool PayloadIsBase64 { get; init; }

    /// <summary>The headers of the original message. Values that are no text are in Base64.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Every attempt, oldest first.</summary>
    public IReadOnlyList<FailedAttempt> History { get; init; } = [];

    /// <summary>When it first failed.</summary>
    public required DateTimeOffset FirstFailedAt { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset ArchivedAt { get; init; }

    /// <summary>Who took care of it; null while nobody has.</summary>
    public Handling? Handling { get; init; }

    /// <summary>The key of an order.</summary>
    public static string IdOf(Guid orderId) => orderId.ToString("D");

    /// <summary>The key of a record that names no order.</summary>
    public static string IdOf(string topic, int partition, long offset)
        => string.Create(CultureInfo.InvariantCulture, $"raw:{topic}:{partition}:{offset}");
}

/// <summary>One attempt that failed.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Stage">Where: <c>transaction</c>, <c>compensation</c>, <c>dead_letter</c>, <c>reprocess</c>.</param>
/// <param name="Number">Which attempt of that stage, from 1.</param>
/// <param name="Cause">See <see cref="FailedOrder.Cause"/>.</param>
/// <param name="Error">The failure in words.</param>
public sealed record FailedAttempt(DateTimeOffset At, string Stage, int Number, string Cause, string Error);

/// <summary>Who took care of an archived order.</summary>
/// <param name="By">The operator.</param>
/// <param name="At">When.</param>
/// <param name="Note">What was done.</param>
/// <param name="Outcome">How the order ended, when it was processed again: <c>Committed</c>, <c>RolledBack</c>, …; null when somebody marked it by hand.</param>
public sealed record Handling(string By, DateTimeOffset At, string? Note, string? Outcome = null);
