namespace Seckill.Ledger.Transactions;

/// <summary>A row of table <c>transaction_log</c>.</summary>
/// <param name="Step">What happened: <c>begun</c>, <c>prepared</c>, <c>committed</c>, …</param>
/// <param name="Detail">Why, in words.</param>
/// <param name="Actor">Who did it: a process, a buyer, an operator.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="DurationMicroseconds">How long it took.</param>
public sealed record TransactionStep(string Step, string? Detail, string Actor, DateTimeOffset OccurredAt, long? DurationMicroseconds);
