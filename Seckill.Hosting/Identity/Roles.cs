namespace Seckill.Hosting.Identity;

/// <summary>The values of claim <c>role</c>.</summary>
public static class Roles
{
    /// <summary>Buys.</summary>
    public const string Buyer = "buyer";

    /// <summary>Looks into transactions and repairs them.</summary>
    public const string Operator = "operator";

    /// <summary>Whatever an operator may, and the settings.</summary>
    public const string Admin = "admin";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Buyer, Operator, Admin];
}
