using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Microsoft.Extensions.Options;

namespace Seckill.Payments.Development;

/// <summary>
/// Signs callbacks: HMAC-SHA256 over <c>timestamp.body</c>, written as <c>t=1735689600,v1=hex</c>. The timestamp keeps a callback that
/// somebody wrote down from being sent again much later.
/// </summary>
sealed class CallbackSignature
{
    public const string Header = "X-Payment-Signature";

    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    readonly byte[] _secret;
    readonly TimeProvider _clock;

    public CallbackSignature(IOptions<PaymentsOptions> options, TimeProvider clock)
    {
        var secret = options.Value.Development.Secret;
        _secret = secret.Length == 0 ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(secret);
        _clock = clock;
    }

    public string Sign(ReadOnlySpan<byte> body)
    {
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"t={timestamp},v1={Convert.ToHexStringLower(Hash(timestamp, body))}");
    }

    public bool IsValid(ReadOnlySpan<byte> body, string? signature)
    {
        if (signature is null || !TryParse(signature, out var timestamp, out var hash))
            return false;

        var age = _clock.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromSeconds(timestamp);
        return age.Duration() <= Tolerance && CryptographicOperations.FixedTimeEquals(hash, Hash(timestamp, body));
    }

    byte[] Hash(long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Span<byte> prefix = stackalloc byte[24];
        Utf8Formatter.TryFormat(timestamp, prefix, out var length);
        prefix[length++] = (byte)'.';
        hmac.AppendData(prefix[..length]);
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    static bool TryParse(string signature, out long timestamp, out byte[] hash)
    {
        hash = [];
        timestamp = 0;
        var parts = signature.Split(',');
        if (parts is not [['t', '=', .. var time], ['v', '1', '=', .. var hex]] || hex.Length != HMACSHA256.HashSizeInBytes * 2)
            return false;
        // Twelve digits reach past the year 30000 and keep TimeSpan from overflowing.
        if (time.Length > 12 || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out timestamp))
            return false;

        hash = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(hex, hash, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
