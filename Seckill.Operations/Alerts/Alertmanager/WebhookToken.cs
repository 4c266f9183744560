using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Seckill.Operations.Alerts.Alertmanager;

/// <summary>
/// The token that Alertmanager comes with (<see cref="AlertsOptions.WebhookToken"/>): it stays the same for as long as its configuration, which the tokens of
/// people do not.
/// </summary>
public sealed class WebhookToken(IOptions<AlertsOptions> options)
{
    const string Scheme = "Bearer ";

    readonly byte[]? _hash = options.Value.WebhookToken.Length > 0 ? Hash(options.Value.WebhookToken) : null;

    /// <summary>Whether a request has it; no request has one where none is configured.</summary>
    public bool IsIn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        // Hashes have one length, so that comparing tells nothing about the token, not even how long it is.
        return _hash is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), _hash);
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
