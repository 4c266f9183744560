using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Transactions;

namespace Seckill.Api.Transactions;

/// <summary>A transaction, as operators see it in a list.</summary>
record TransactionSummary
{
    public required Guid OrderId { get; init; }

    /// <summary>One of <see cref="TransactionFilter.States"/>.</summary>
    public required string State { get; init; }

    public required long ActivityId { get; init; }

    public required long SkuId { get; init; }

    public required string BuyerId { get; init; }

    public required int Quantity { get; init; }

    public string? Reason { get; init; }

    public required RetrySummary Retries { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? PreparedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When the clock has something to do with it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public static TransactionSummary Of(TransactionRecord record) => new(record);

    public TransactionSummary()
    {
    }

    [SetsRequiredMembers]
    protected TransactionSummary(TransactionRecord record)
    {
        OrderId = record.OrderId;
        State = record.State;
        ActivityId = record.ActivityId;
        SkuId = record.SkuId;
        BuyerId = record.BuyerId;
        Quantity = record.Quantity;
        Reason = record.Reason;
        Retries = new RetrySummary(record.RetryCount, record.LastError);
        CreatedAt = record.CreatedAt;
        PreparedAt = record.PreparedAt;
        DecidedAt = record.DecidedAt;
        ExpiresAt = record.ExpiresAt;
    }
}

/// <summary>A transaction with all that is known of it.</summary>
sealed record TransactionView : TransactionSummary
{
    /// <summary>Under which the order's spans are with the collector, and its lines in the logs: the digits of the order id.</summary>
    [JsonPropertyOrder(1)]
    public required string TraceId { get; init; }

    [JsonPropertyOrder(1)]
    public required string? PaymentId { get; init; }

    /// <summary>What was paid, which is what goes back when the payment is refunded; null also where it was taken before this was written down.</summary>
    [JsonPropertyOrder(1)]
    public required long? PaidCents { get; init; }

    [JsonPropertyOrder(1)]
    public required long FencingToken { get; init; }

    [JsonPropertyOrder(1)]
    public required int RowVersion { get; init; }

    [JsonPropertyOrder(1)]
    public required Participants Participants { get; init; }

    /// <summary>Where its compensation stands; null when none is under way.</summary>
    [JsonPropertyOrder(1)]
    public required CompensationView? Compensation { get; init; }

    /// <summary>The names of the steps done, in order.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<string> Steps { get; init; }

    [JsonPropertyOrder(1)]
    public required IReadOnlyList<TransactionStep> Timeline { get; init; }

    [SetsRequiredMembers]
    public TransactionView(
        TransactionRecord record, Participants participants, CompensationView? compensation, IReadOnlyList<TransactionStep> timeline)
        : base(record)
    {
        TraceId = OrderTrace.NameOf(record.OrderId);
        PaymentId = record.PaymentId;
        PaidCents = record.PaidCents;
        FencingToken = record.FencingToken;
        RowVersion = record.RowVersion;
        Participants = participants;
        Compensation = compensation;
        Steps = timeline.Select(x => x.Step).ToList();
        Timeline = timeline;
    }
}

/// <summary>The compensation of an order.</summary>
/// <param name="Status"><c>retrying</c>, <c>exhausted</c>, <c>dead_letter</c> or <c>archived</c>.</param>
/// <param name="Attempts">Attempts that failed.</param>
/// <param name="DeadLetterAttempts">Attempts of the dead-letter consumer that failed.</param>
/// <param name="NextAttemptAt">When the next is due.</param>
/// <param name="Cause">What failed last, in a stable word.</param>
/// <param name="LastError">What failed last.</param>
/// <param name="FirstFailedAt">When it failed first.</param>
sealed record CompensationView(
    string Status, int Attempts, int DeadLetterAttempts, DateTimeOffset? NextAttemptAt, string Cause, string LastError, DateTimeOffset FirstFailedAt)
{
    public static CompensationView Of(CompensationRecord record) => new(
        record.Status, record.Attempts, record.DeadLetterAttempts, record.NextAttemptAt, record.Cause, record.LastError, record.FirstFailedAt);
}

/// <summary>How often a transaction was tried again, and why last.</summary>
sealed record RetrySummary(int Count, string? LastError);

/// <summary>Where each participant stands.</summary>
/// <param name="Redis">The reservation: <c>admitted</c>, <c>prepared</c>, <c>committed</c>, <c>released</c>, <c>none</c>; <c>unknown</c> while Redis does not answer.</param>
/// <param name="MySql">The order's status in MySQL; <c>none</c> when it has no row.</param>
sealed record Participants(string Redis, string MySql)
{
    public static string Word(OrderEntry? entry) => entry?.State switch
    {
        OrderEntryState.Admitted => "admitted",
        OrderEntryState.Prepared => "prepared",
        OrderEntryState.Committed => "committed",
        OrderEntryState.Released => "released",
        _ => "none",
    };
}

/// <summary>A page of transactions, newest first.</summary>
/// <param name="Items">The transactions.</param>
/// <param name="Next">The next page; null on the last one.</param>
sealed record TransactionPage(IReadOnlyList<TransactionSummary> Items, string? Next);

/// <summary>What an operator asks for.</summary>
/// <param name="Reason">Why; kept in the transaction log.</param>
sealed record RollbackWish(string Reason);

/// <summary>A transaction after a rollback by hand.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="State">The transaction's state now.</param>
/// <param name="Status">The order's status now.</param>
sealed record RollbackAnswer(Guid OrderId, string? State, string? Status);
