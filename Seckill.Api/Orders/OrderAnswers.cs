using System.Text.Json;

namespace Seckill.Api.Orders;

/// <summary>What a buyer asks for.</summary>
/// <param name="SkuId">The SKU.</param>
/// <param name="Quantity">Units.</param>
sealed record OrderWish(long SkuId, int Quantity)
{
    /// <summary>
    /// Reads a body as every well-behaved client sends it: an object with each member once, both whole numbers. Null says no more than that
    /// <see cref="Http.JsonBody"/> has to find out what it is.
    /// </summary>
    public static OrderWish? TryRead(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return TryRead(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static OrderWish? TryRead(ref Utf8JsonReader reader)
    {
        long? skuId = null;
        int? quantity = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSku = skuId is null && reader.ValueTextEquals("skuId"u8);
            if (!isSku && (quantity is not null || !reader.ValueTextEquals("quantity"u8)))
                return null;
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
                return null;

            if (isSku && reader.TryGetInt64(out var sku))
                skuId = sku;
            else if (!isSku && reader.TryGetInt32(out var units))
                quantity = units;
            else
                return null;
        }

        return reader.TokenType == JsonTokenType.EndObject && skuId is { } id && quantity is { } count && !reader.Read() ? new OrderWish(id, count) : null;
    }
}

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
