namespace Seckill.Faults;

/// <summary>Counts how often each order has passed a fault point.</summary>
interface IOrderPasses
{
    /// <summary>Counts a pass, and says which it is, from 1.</summary>
    long Count(string point, Guid orderId);
}
