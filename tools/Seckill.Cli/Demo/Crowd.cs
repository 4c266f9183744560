using System.Globalization;
using System.Text;

using Seckill.Hosting.Identity;

namespace Seckill.Cli.Demo;

/// <summary>Makes the requests of a sale, in the order in which they are sent. All of it is done before the clock starts.</summary>
static class Crowd
{
    // Of so many buyers one repeats the request at once, and one request that is wrong is thrown in.
    const int BuyersPerRepeat = 50;
    const int BuyersPerWrongRequest = 200;

    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    public static IReadOnlyList<Buyer> Gather(DemoOptions options, string run, IReadOnlyList<long> activityIds, int count, TokenIssuer tokens)
        => Enumerable.Range(0, count).AsParallel().AsOrdered().Select(x =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"demo-{run}-{x}");
            return new Buyer(options.Api.Authority, activityIds[x % activityIds.Count], name, tokens.Issue(name, Roles.Buyer, TokenLifetime));
        }).ToList();

    public static IReadOnlyList<Placement> Mixed(IReadOnlyList<Buyer> buyers, Random random)
    {
        var placements = new List<Placement>(buyers.Count + buyers.Count / 40);
        var order = buyers.ToArray();
        random.Shuffle(order);
        for (var i = 0; i < order.Length; i++)
        {
            placements.Add(new Placement { Buyer = order[i], Request = order[i].Request });
            if (i % BuyersPerRepeat == 0)
                placements.Add(new Placement { Buyer = order[i], Request = order[i].Request, IsRepeat = true });
            if (i % BuyersPerWrongRequest == 0)
                placements.Add(WrongRequest(i / BuyersPerWrongRequest, order[i]));
        }

        return placements;
    }

    static Placement WrongRequest(int number, Buyer buyer)
    {
        var good = Encoding.ASCII.GetString(buyer.Request);
        var (status, wrong) = (number % 4) switch
        {
            0 => (422, WithBody(good, """{"skuId":1,"quantity":0}""")),
            1 => (400, WithBody(good, """{"skuId":1,"quantity""")),
            2 => (404, good.Replace($"/activities/{buyer.ActivityId}/", "/activities/999999999999/", StringComparison.Ordinal)),
            _ => (401, good.Replace("Authorization: Bearer ", "X-Not-A-Token: ", StringComparison.Ordinal)),
        };
        return new Placement { Request = Encoding.ASCII.GetBytes(wrong), ExpectedStatus = status };
    }

    static string WithBody(string request, string body) => request
        .Replace(Buyer.Body, body, StringComparison.Ordinal)
        .Replace($"Content-Length: {Buyer.Body.Length}", $"Content-Length: {body.Length}", StringComparison.Ordinal);
}
