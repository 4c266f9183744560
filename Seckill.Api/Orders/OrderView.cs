using System.Text.Json.Serialization;

using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Api.Orders;

/// <summary>An order, as its buyer sees it.</summary>
sealed record OrderView
{
    public required Guid OrderId { get; init; }

    public required long ActivityId { get; init; }

    public required long SkuId { get; init; }

    /// <summary>Whose it is; not written, and for that reason not 'required', which the serializer would take for itself.</summary>
    [JsonIgnore]
    public string BuyerId { get; init; } = "";

    public required int Quantity { get; init; }

    public required long AmountCents { get; init; }

    /// <summary>One of <see cref="OrderStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it failed or was cancelled: one of <see cref="RefusalReasons"/>.</summary>
    public string? Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? PayBy { get; init; }

    public DateTimeOffset? PaidAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public static OrderView Of(OrderRecord order) => new()
    {
        OrderId = order.OrderId,
        ActivityId = order.ActivityId,
        SkuId = order.SkuId,
        BuyerId = order.BuyerId,
        Quantity = order.Quantity,
        AmountCents = order.AmountCents,
        Status = order.Status,
        Reason = order.Reason,
        CreatedAt = order.CreatedAt,
        ConfirmedAt = order.ConfirmedAt,
        PayBy = order.PayBy,
        PaidAt = order.PaidAt,
        ClosedAt = order.ClosedAt,
    };

    /// <summary>
    /// The order after <paramref name="news"/>; null when it has to be read, because the news does not tell all of it. It does for the status that
    /// nearly every buyer waits for.
    /// </summary>
    public static OrderView? After(OrderStatusChanged news, OrderView? before)
    {
        if (news.Status is not (OrderStatus.Pending or OrderStatus.Confirmed))
            return null;

        var order = before ?? new OrderView
        {
            OrderId = news.OrderId,
            ActivityId = news.ActivityId,
            SkuId = news.SkuId,
            BuyerId = news.BuyerId,
            Quantity = news.Quantity,
            AmountCents = news.AmountCents,
            Status = news.Status,
            CreatedAt = news.CreatedAt,
        };
        return news.Status == OrderStatus.Pending
            ? order
            : order with { Status = news.Status, ConfirmedAt = Stored(news.ChangedAt), PayBy = news.PayBy is { } payBy ? Stored(payBy) : null };
    }

    /// <summary>A time as MySQL stores it, in microseconds: an order must not look different from one answer to the next.</summary>
    static DateTimeOffset Stored(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
