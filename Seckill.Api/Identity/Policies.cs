using System.Security.Claims;

using Seckill.Hosting.Identity;

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

    public static void AddApiPolicies(this IServiceCollection services) => services.AddAuthorizationBuilder()
        .AddPolicy(Buyer, x => x.RequireRole(Roles.Buyer))
        .AddPolicy(Reader, x => x.RequireRole(Roles.Buyer, Roles.Operator, Roles.Admin))
        .AddPolicy(Operator, x => x.RequireRole(Roles.Operator, Roles.Admin));

    /// <summary>Claim <c>sub</c>. The bearer scheme lets no token through without one.</summary>
    public static string Subject(this ClaimsPrincipal user)
        => user.FindFirstValue("sub") ?? throw new InvalidOperationException("An authenticated request has no claim 'sub'");

    public static bool IsOperator(this ClaimsPrincipal user) => user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin);
}
