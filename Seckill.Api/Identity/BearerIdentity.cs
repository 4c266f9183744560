using System.Security.Claims;

using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

using Seckill.Api.AuditTrail;
using Seckill.Api.Http;
using Seckill.Hosting.Configuration;
using Seckill.Hosting.Identity;

namespace Seckill.Api.Identity;

/// <summary>
/// Tokens: JWT, signed with RS256 by one of the keys in <see cref="AuthOptions.KeysPath"/>. RSA and not elliptic curves, because each request
/// verifies a signature and RSA does that about five times as fast. <see cref="BearerTokens"/> verifies them; the scheme answers those who have no good one.
/// </summary>
static class BearerIdentity
{
    /// <summary>The claim that names the caller.</summary>
    public const string SubjectClaim = "sub";

    /// <summary>The claim that names a role of the caller.</summary>
    public const string RoleClaim = "role";

    /// <summary>How far the clock of who issues tokens may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static void AddBearerIdentity(this IServiceCollection services)
    {
        services.AddValidatedOptions<AuthOptions>(AuthOptions.Section);
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>, IHostEnvironment>((bearer, auth, environment) => Configure(bearer, auth.Value, environment))
            // The keys are read when the process starts, and a wrong one ends it then and not with the first request.
            .ValidateOnStart();
        services.AddApiPolicies();
    }

    /// <summary>Who the token is for; null when it does not say so as it should.</summary>
    public static string? SubjectOf(ClaimsIdentity identity)
        => identity.FindAll(SubjectClaim).Take(2).ToList() is [var subject] && SubjectName.IsValid(subject.Value) ? subject.Value : null;

    static void Configure(JwtBearerOptions bearer, AuthOptions auth, IHostEnvironment environment)
    {
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = auth.Issuer,
            ValidAudience = auth.Audience,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = Keys(auth, environment),
            // A token names its key: trying others would let a sender of rubbish pay for one signature and cost us several.
            TryAllIssuerSigningKeys = false,
            ValidateIssuer = true,
            ValidateAudience = true,
            ValidateLifetime = true,
            ValidateIssuerSigningKey = true,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = ClockSkew,
            NameClaimType = SubjectClaim,
            RoleClaimType = RoleClaim,
        };
        bearer.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (SubjectOf((ClaimsIdentity)context.Principal!.Identity!) is null)
                    context.Fail($"Claim 'sub' must be {SubjectName.Rule}");
                return Task.CompletedTask;
            },
            OnChallenge = async context =>
            {
                context.HandleResponse();
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Problems.Unauthenticated(Reason(context.AuthenticateFailure)).ExecuteAsync(context.HttpContext);
            },
            OnForbidden = async context =>
            {
                if (context.HttpContext.GetEndpoint() is { } endpoint && endpoint.IsOperators())
                    await context.HttpContext.RequestServices.GetRequiredService<OperatorTrail>().RefuseAsync(context.HttpContext, Problems.Forbidden.Reason);
                await Problems.Forbidden.ExecuteAsync(context.HttpContext);
            },
        };
    }

    static IReadOnlyList<RsaSecurityKey> Keys(AuthOptions auth, IHostEnvironment environment)
    {
        var keys = SigningKeys.LoadPublic(auth.KeysPath);
        if (environment.IsProduction() && keys.FirstOrDefault(SigningKeys.IsDevelopmentKey) is { } key)
        {
            throw new OptionsValidationException(AuthOptions.Section, typeof(AuthOptions),
            [
                $"{AuthOptions.Section}:{nameof(AuthOptions.KeysPath)} is '{auth.KeysPath}', which holds development key {key.KeyId}; it is refused in "
                + "environment Production: put the public key(s) of your identity provider there, and nothing else",
            ]);
        }

        return keys;
    }

    /// <summary>What the caller can do something about; not which check of a forged token failed.</summary>
    static string Reason(Exception? failure) => failure switch
    {
        null => "Send header 'Authorization: Bearer TOKEN'",
        SecurityTokenExpiredException => "The token has expired",
        SecurityTokenNotYetValidException => "The token is not valid yet",
        SecurityTokenInvalidIssuerException => "The token is from another issuer",
        SecurityTokenInvalidAudienceException => "The token is for another audience",
        SecurityTokenException or ArgumentException => "The token is not valid: it must be a JWT, signed with RS256 by a key that is known here",
        _ => failure.Message,
    };
}
