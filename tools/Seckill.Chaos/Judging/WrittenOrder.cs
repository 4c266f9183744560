using Seckill.Chaos.Selling;
using Seckill.Contracts;

namespace Seckill.Chaos.Judging;

/// <summary>An order as MySQL has it.</summary>
sealed record WrittenOrder(Guid Id, string BuyerId, string Status)
{
    /// <summary>
    /// Those that their buyers do not know of: each buyer asks once, so that one request has made two orders, or one although it was refused. One that failed is how
    /// the system refuses a second one.
    /// </summary>
    public static IReadOnlyList<WrittenOrder> Unknown(IEnumerable<WrittenOrder> written, IEnumerable<SaleBuyer> buyers)
    {
        var known = buyers.ToDictionary(x => x.Name, x => x.OrderId);
        return [.. written.Where(x => x.Status != OrderStatus.Failed && known.GetValueOrDefault(x.BuyerId) != x.Id)];
    }
}
