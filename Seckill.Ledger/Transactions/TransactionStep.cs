namespace Seckill.Ledger.Transactions;

/// <summary>A step of a transaction: a row of <c>transaction_log</c>, or its beginning, which follows from the first.</summary>
/// <param name="Step">What happened: <c>begun</c>, <c>prepared</c>, <c>committed</c>, …</param>
/// <param name="Detail">Why, in words.</param>
/// <param name="Actor">Who did it: a process, a buyer, an operator.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="DurationMicroseconds">How long it took.</param>
/// <param name="BatchSize">Of a decision: how many orders were decided with it, in one transaction of MySQL, itself included. Null where that is not known.</param>
public sealed record TransactionStep(
    string Step, string? Detail, string Actor, DateTimeOffset OccurredAt, long? DurationMicroseconds, int? BatchSize = null)
{
    /// <summary>The step with which a transaction begins: its order was admitted.</summary>
    public const string Begun = "begun";
}
