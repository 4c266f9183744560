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
/// verifies a signature and RSA does that about five times as fast.
/// </summary>
static class BearerIdentity
{
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

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
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
        bearer.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                var subjects = context.Principal!.FindAll("sub").Take(2).ToList();
                if (subjects.Count != 1 || !SubjectName.IsValid(subjects[0].Value))
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
