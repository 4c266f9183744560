namespace Seckill.Operations.Alerts.Channels;

/// <summary>How an attempt to send a message ended, why, and when to try again if the channel said so.</summary>
readonly record struct DeliveryResult(DeliveryOutcome Outcome, string Reason = "", TimeSpan? RetryAfter = null)
{
    public static DeliveryResult Delivered { get; } = new(DeliveryOutcome.Delivered);
}
