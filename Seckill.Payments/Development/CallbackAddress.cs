using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Seckill.Payments.Development;

/// <summary>Where the development provider finds the API: as configured, or the process's own address.</summary>
sealed class CallbackAddress(IOptions<PaymentsOptions> options, IServer? server = null)
{
    public const string CallbackPath = "/api/payments/callback";

    public Uri Callback => options.Value.CallbackUrl ?? new Uri(Self, CallbackPath);

    /// <summary>Where a buyer "pays": settles the payment by hand.</summary>
    public Uri PayUrl(string paymentId) => new(Callback, $"/dev/payments/{paymentId}/settle");

    Uri Self
    {
        get
        {
            var addresses = server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            var address = addresses.FirstOrDefault(x => x.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.FirstOrDefault()
                ?? throw new InvalidOperationException(
                    $"This process serves no HTTP: set {PaymentsOptions.Section}:{nameof(PaymentsOptions.CallbackUrl)} to the API's {CallbackPath}");
            // A wildcard is where to listen, not where to call.
            return new Uri(address.Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
                .Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal));
        }
    }
}
