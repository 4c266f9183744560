using Microsoft.Extensions.Options;

using Seckill.Api.Http;
using Seckill.Hosting.Configuration;

namespace Seckill.Api.Identity;

/// <summary>
/// Who calls, and whether they may go on: verifies the token and takes the request from the caller's budget. A call that a sale consists of goes
/// straight to its endpoint when the role is right; every other one, and every refusal, takes the framework's way through authentication and authorization.
/// </summary>
sealed class CallerGate(
    RequestDelegate next, BearerTokens tokens, CallerBudgets budgets, IOptions<RateLimitOptions> options)
{
    readonly RateLimitOptions _options = options.Value;

    public async Task InvokeAsync(HttpContext context)
    {
        if (await tokens.VerifyAsync(context.Request.Headers.Authorization) is { } user)
            context.User = user;

        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<Budgeted>() is not null && !TryTake(context, out var retryAfter))
            await Problems.RateLimited(retryAfter).ExecuteAsync(context);
        else if (endpoint?.Metadata.GetMetadata<SaleCall>() is { } call && call.Roles.Any(context.User.IsInRole))
            await endpoint.RequestDelegate!(context);
        else
            await next(context);
    }

    bool TryTake(HttpContext context, out TimeSpan retryAfter) => context.User.FindFirst(BearerIdentity.SubjectClaim) is { } subject
        ? budgets.TryTake(subject.Value, _options.BuyerPerSecond, _options.BuyerBurst, out retryAfter)
        // No subject has a blank in it.
        : budgets.TryTake("address " + context.Connection.RemoteIpAddress, _options.AnonymousPerSecond, _options.AnonymousBurst, out retryAfter);
}

/// <summary>Metadata of endpoints whose requests count for their caller's budget.</summary>
sealed class Budgeted
{
    public static Budgeted Instance { get; } = new();
}

/// <summary>Metadata of the calls that a sale consists of.</summary>
/// <param name="Roles">Those of its policy.</param>
sealed record SaleCall(params string[] Roles);

/// <summary>What the <see cref="CallerGate"/> needs, and how endpoints are marked for it.</summary>
static class CallerGateSetup
{
    public static void AddCallerGate(this IServiceCollection services)
    {
        services.AddValidatedOptions<RateLimitOptions>(RateLimitOptions.Section);
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<CallerBudgets>();
    }

    /// <summary>Keeps one caller from using up what is there for all: a budget for each token subject, or address where there is no token.</summary>
    public static TBuilder LimitCallers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
        => builder.WithMetadata(Budgeted.Instance);

    /// <summary>Requires a policy of roles, and takes the short way when the caller has one of them.</summary>
    public static TBuilder InSale<TBuilder>(this TBuilder builder, string policy)
        where TBuilder : IEndpointConventionBuilder
        => builder.RequireAuthorization(policy).WithMetadata(new SaleCall(Policies.RolesOf(policy)));
}
