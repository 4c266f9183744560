namespace Seckill.Payments;

/// <summary>Settings of the development provider: configuration section <c>Payments:Development</c>.</summary>
public sealed class DevelopmentPaymentOptions
{
    /// <summary>Shortest secret that is accepted, in characters.</summary>
    public const int MinimumSecretLength = 16;

    /// <summary>Key of the callback signature. May be left empty in environment Development: one is drawn at each start.</summary>
    public string Secret { get; set => field = value ?? ""; } = "";

    /// <summary>Whether a payment is charged without anybody doing anything; otherwise by <c>POST /dev/payments/{paymentId}/settle</c>.</summary>
    public bool AutoSettle { get; set; } = true;

    /// <summary>How long an automatic charge takes, in milliseconds.</summary>
    public int SettleDelayMilliseconds { get; set; }
}
