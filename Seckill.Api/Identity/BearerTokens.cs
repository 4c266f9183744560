using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Seckill.Hosting.Identity;

namespace Seckill.Api.Identity;

/// <summary>
/// Verifies bearer tokens, each one once: a buyer sends the same token with the order and with every question after it, and an RSA signature
/// costs more than all else that such a question does. Only good tokens are remembered, by their SHA-256, with what is used of them.
/// </summary>
sealed class BearerTokens(IOptionsMonitor<JwtBearerOptions> options, TimeProvider clock)
{
    const int Capacity = 50_000;
    const string Scheme = "Bearer ";

    readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    readonly ConcurrentDictionary<TokenHash, VerifiedToken> _known = new();
    readonly ConcurrentQueue<TokenHash> _byAge = new();
    int _count;

    /// <summary>Whose token it is; null when there is none, or it is not good for whatever reason.</summary>
    /// <param name="authorization">Header Authorization.</param>
    public ValueTask<ClaimsPrincipal?> VerifyAsync(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return ValueTask.FromResult<ClaimsPrincipal?>(null);

        var token = authorization.AsSpan(Scheme.Length).Trim();
        var hash = TokenHash.Of(token);
        return _known.TryGetValue(hash, out var known) && known.IsValidAt(clock.GetUtcNow())
            ? ValueTask.FromResult<ClaimsPrincipal?>(known.ToPrincipal())
            : new ValueTask<ClaimsPrincipal?>(VerifyAsync(token.ToString(), hash));
    }

    async Task<ClaimsPrincipal?> VerifyAsync(string token, TokenHash hash)
    {
        var result = await _handler.ValidateTokenAsync(token, options.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters);
        if (!result.IsValid || Read(result) is not { } verified)
            return null;

        Remember(hash, verified);
        return verified.ToPrincipal();
    }

    /// <summary>The library's identity, which has all claims of a token as objects, costs half as much as the signature: it is for tokens that do not just name a subject and a role.</summary>
    static VerifiedToken? Read(TokenValidationResult result)
    {
        var token = (JsonWebToken)result.SecurityToken;
        if (TextOf(token, BearerIdentity.SubjectClaim) is { } name && TextOf(token, BearerIdentity.RoleClaim) is { } role)
            return SubjectName.IsValid(name) ? new VerifiedToken(name, [role], token.ValidFrom, token.ValidTo) : null;

        return BearerIdentity.SubjectOf(result.ClaimsIdentity) is { } subject
            ? new VerifiedToken(subject, [.. result.ClaimsIdentity.FindAll(BearerIdentity.RoleClaim).Select(x => x.Value)], token.ValidFrom, token.ValidTo)
            : null;
    }

    static string? TextOf(JsonWebToken token, string claim) => token.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    void Remember(TokenHash hash, VerifiedToken verified)
    {
        if (!_known.TryAdd(hash, verified))
            return;

        _byAge.Enqueue(hash);
        if (Interlocked.Increment(ref _count) > Capacity && _byAge.TryDequeue(out var oldest) && _known.TryRemove(oldest, out _))
            Interlocked.Decrement(ref _count);
    }

    readonly record struct TokenHash(UInt128 High, UInt128 Low)
    {
        const int MaximumOnStack = 2048;

        public static TokenHash Of(ReadOnlySpan<char> token)
        {
            var length = Encoding.UTF8.GetMaxByteCount(token.Length);
            var bytes = length <= MaximumOnStack ? stackalloc byte[MaximumOnStack] : new byte[length];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
            return new TokenHash(BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
        }
    }

    sealed record VerifiedToken(string Subject, string[] Roles, DateTime From, DateTime Until)
    {
        // The skew goes to the time of day: a token without a beginning begins with the calendar, and nothing is before that.
        public bool IsValidAt(DateTimeOffset now)
            => now.UtcDateTime + BearerIdentity.ClockSkew >= From && now.UtcDateTime - BearerIdentity.ClockSkew <= Until;

        public ClaimsPrincipal ToPrincipal()
        {
            var identity = new ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme, BearerIdentity.SubjectClaim, BearerIdentity.RoleClaim);
            identity.AddClaim(new Claim(BearerIdentity.SubjectClaim, Subject));
            foreach (var role in Roles)
                identity.AddClaim(new Claim(BearerIdentity.RoleClaim, role));
            return new ClaimsPrincipal(identity);
        }
    }
}
