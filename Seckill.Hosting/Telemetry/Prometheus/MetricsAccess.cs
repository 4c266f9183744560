using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>Who may read what a process measures: whoever reaches the port, or who has <see cref="TelemetryOptions.MetricsToken"/> where there is one.</summary>
sealed class MetricsAccess(IOptions<TelemetryOptions> options)
{
    const string Scheme = "Bearer ";

    readonly byte[]? _tokenHash = options.Value.MetricsToken.Length > 0 ? Hash(options.Value.MetricsToken) : null;

    /// <summary>Whether a request may; one that may not is answered with 401.</summary>
    public bool Admits(HttpContext context)
    {
        if (_tokenHash is null || HasToken(context.Request.Headers.Authorization.ToString()))
            return true;

        context.Response.Headers.WWWAuthenticate = "Bearer";
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return false;
    }

    // Hashes have one length, so that comparing tells nothing about the token, not even how long it is.
    bool HasToken(string header) => header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), _tokenHash);

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
