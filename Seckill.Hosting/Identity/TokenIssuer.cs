using System.Security.Claims;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Seckill.Hosting.Identity;

/// <summary>Signs tokens with the development key. May be called from many threads at once.</summary>
public sealed class TokenIssuer
{
    readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    readonly SigningCredentials _credentials;
    readonly AuthOptions _options;
    readonly TimeProvider _clock;

    /// <summary>Loads the private key from <see cref="AuthOptions.KeysPath"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no private development key.</exception>
    public TokenIssuer(AuthOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _clock = clock;
        _credentials = new SigningCredentials(SigningKeys.LoadDevelopmentPrivate(options.KeysPath), SecurityAlgorithms.RsaSha256);
    }

    /// <summary>A token for a subject.</summary>
    /// <param name="subject">Claim <c>sub</c>: the buyer or operator.</param>
    /// <param name="role">Claim <c>role</c>: one of <see cref="Roles"/>.</param>
    /// <param name="lifetime">How long it is valid from now on.</param>
    /// <exception cref="ArgumentException">The subject or the role is not allowed.</exception>
    public string Issue(string subject, string role, TimeSpan lifetime)
    {
        if (!SubjectName.IsValid(subject))
            throw new ArgumentException($"Subject '{subject}' is not allowed: it must be {SubjectName.Rule}", nameof(subject));
        if (!Roles.All.Contains(role))
            throw new ArgumentException($"Role '{role}' is not known: it must be one of {string.Join(", ", Roles.All)}", nameof(role));

        var now = _clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim(JwtRegisteredClaimNames.Sub, subject), new Claim("role", role)]),
            Issuer = _options.Issuer,
            Audience = _options.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            SigningCredentials = _credentials,
        });
    }
}
