using System.Security.Claims;

using Seckill.Hosting.Identity;
using Seckill.Operations.Alerts.Alertmanager;

namespace Seckill.Api.Identity;

/// <summary>Who may do what.</summary>
static class Policies
{
    /// <summary>Buys and pays.</summary>
    public const string Buyer = "buyer";

    /// <summary>Reads orders: the own ones, or as an operator any.</summary>
    public const string Reader = "reader";

    /// <summary>Looks into transactions and repairs them.</summary>
    public const string Operator = "operator";

    /// <summary>Hands over Alertmanager's alerts: an operator, or Alertmanager with its token.</summary>
    public const string Alertmanager = "alertmanager";

    /// <summary>Any of these roles is enough.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public static string[] RolesOf(string policy) => policy switch
    {
        Buyer => [Roles.Buyer],
        Reader => [Roles.Buyer, Roles.Operator, Roles.Admin],
        Operator => [Roles.Operator, Roles.Admin],
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such policy"),
    };

    public static void AddApiPolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var policy in (string[])[Buyer, Reader, Operator])
            authorization.AddPolicy(policy, x => x.RequireRole(RolesOf(policy)));
        authorization.AddPolicy(Alertmanager, x => x.RequireAssertion(context => context.User.IsOperator() || HasToken(context.Resource as HttpContext)));
    }

    /// <summary>Claim <c>sub</c>. The bearer scheme lets no token through without one.</summary>
    public static string Subject(this ClaimsPrincipal user)
        => user.FindFirstValue(BearerIdentity.SubjectClaim) ?? throw new InvalidOperationException("An authenticated request has no claim 'sub'");

    static bool HasToken(HttpContext? context) => context is not null && context.RequestServices.GetRequiredService<WebhookToken>().IsIn(context.Request);

    public static bool IsOperator(this ClaimsPrincipal user) => user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin);
}
