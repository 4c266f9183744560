namespace Seckill.Api.Orders;

/// <summary>What a buyer asks for.</summary>
/// <param name="SkuId">The SKU.</param>
/// <param name="Quantity">Units.</param>
sealed record OrderWish(long SkuId, int Quantity);

/// <summary>An order that was admitted.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status">Always <c>pending</c>: a repeated request gets the first answer.</param>
/// <param name="StatusUrl">Where its status is.</param>
sealed record PlacedOrder(Guid OrderId, string Status, string StatusUrl);

/// <summary>A page of a buyer's orders, newest first.</summary>
/// <param name="Items">The orders.</param>
/// <param name="Next">The next page; null on the last one.</param>
sealed record OrderPage(IReadOnlyList<OrderView> Items, string? Next);

/// <summary>An order after a command.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status">Its status now.</param>
sealed record OrderActionAnswer(Guid OrderId, string Status);
