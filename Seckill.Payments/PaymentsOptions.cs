using System.ComponentModel.DataAnnotations;

namespace Seckill.Payments;

/// <summary>Which payment provider: configuration section <c>Payments</c>.</summary>
public sealed class PaymentsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Payments";

    /// <summary>Value of <see cref="Provider"/> for the one that charges nobody.</summary>
    public const string DevelopmentProvider = "Development";

    /// <summary>The provider.</summary>
    [RegularExpression(DevelopmentProvider, ErrorMessage = $"must be '{DevelopmentProvider}': no other provider is built in")]
    public string Provider { get; set; } = DevelopmentProvider;

    /// <summary>Where callbacks are sent; empty for the API's own loopback address.</summary>
    public Uri? CallbackUrl { get; set; }

    /// <summary>Settings of the development provider.</summary>
    public DevelopmentPaymentOptions Development { get; set => field = value ?? new DevelopmentPaymentOptions(); } = new();
}
