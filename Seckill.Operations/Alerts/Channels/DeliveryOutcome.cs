namespace Seckill.Operations.Alerts.Channels;

/// <summary>How an attempt to send a message ended.</summary>
enum DeliveryOutcome
{
    /// <summary>The channel confirmed it.</summary>
    Delivered,

    /// <summary>It did not work now and may later.</summary>
    Failed,

    /// <summary>The channel wants fewer messages.</summary>
    RateLimited,

    /// <summary>The channel takes no message at all as it is configured: signature, keyword, address, password.</summary>
    Misconfigured,

    /// <summary>The channel will never take this message.</summary>
    Refused,
}
