using System.Globalization;

using Seckill.Chaos.Matrix;
using Seckill.Chaos.Running;
using Seckill.Hosting.Identity;

namespace Seckill.Chaos.Selling;

/// <summary>The buyers of a cell. Which of them cancels, pays or fails follows from the number, so that it is the same each time.</summary>
static class BuyerCrowd
{
    const int BuyersPerKind = 100;
    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    public static IReadOnlyList<SaleBuyer> Gather(PlannedCell cell, string run, TokenIssuer tokens)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return [.. Enumerable.Range(0, cell.Orders).Select(x =>
        {
            var (prefix, plan) = KindOf(x % BuyersPerKind, cell.Cell.Mix);
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{run}-{x}");
            return new SaleBuyer { Name = name, Token = tokens.Issue(name, Roles.Buyer, TokenLifetime), Plan = plan };
        })];
    }

    public static SaleBuyer Late(string run, int number, TokenIssuer tokens)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rest-{run}-{number}");
        return new SaleBuyer { Name = name, Token = tokens.Issue(name, Roles.Buyer, TokenLifetime) };
    }

    static (string Prefix, BuyerPlan Plan) KindOf(int number, SaleMix mix) => number switch
    {
        3 or 23 or 43 or 63 or 83 => ("buyer-", BuyerPlan.Cancel),
        91 => (ProgramSettings.SlowToRelease, BuyerPlan.Cancel),
        7 or 27 or 47 or 67 or 87 => ("buyer-", BuyerPlan.Pay),
        31 or 71 => ("buyer-", BuyerPlan.PayAndCancel),
        11 or 51 => (ProgramSettings.HealedOnce, BuyerPlan.Keep),
        13 when mix == SaleMix.Failing => (ProgramSettings.HealedLate, BuyerPlan.Keep),
        17 when mix == SaleMix.Failing => (ProgramSettings.GivenUp, BuyerPlan.Keep),
        19 when mix == SaleMix.Failing => (ProgramSettings.GivenUp, BuyerPlan.RolledBackByHand),
        _ => ("buyer-", BuyerPlan.Keep),
    };
}
