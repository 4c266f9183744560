namespace Seckill.Payments.Development;

/// <summary>A row of table <c>development_payments</c>.</summary>
sealed class DevelopmentPayment
{
    public string PaymentId { get; init; } = "";
    public Guid OrderId { get; init; }
    public long AmountCents { get; init; }
    public int Attempts { get; init; }
    public DateTime DueAt { get; init; }
    public DateTime SettledAt { get; init; }
}
