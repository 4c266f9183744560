using System.Globalization;

using Seckill.Hosting.Identity;

namespace Seckill.Bench.Load;

/// <summary>Makes the orders of a load: each of a buyer of its own, with a token of its own. All of it is done before the clock starts.</summary>
sealed class Buyers(TokenIssuer tokens)
{
    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(6);

    int _gathered;

    /// <summary>
    /// Orders of one unit each, spread evenly over the SKUs 1 to <paramref name="skus"/> of an activity, whose answers come when they are accepted, or
    /// <paramref name="untilDecided"/>.
    /// </summary>
    public IReadOnlyList<BenchOrder> Gather(string host, long activityId, int count, int skus = 1, bool untilDecided = false)
    {
        var gathering = ++_gathered;
        return Enumerable.Range(0, count).AsParallel().AsOrdered().Select(x =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"bench-{activityId}-{gathering}-{x}");
            return new BenchOrder(host, activityId, 1 + x % skus, name, tokens.Issue(name, Roles.Buyer, TokenLifetime), untilDecided);
        }).ToList();
    }
}
