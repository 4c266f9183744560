namespace Seckill.Chaos.Selling;

/// <summary>What the API answered.</summary>
/// <param name="Http">The status code; 0 where no answer came.</param>
/// <param name="OrderId">Member orderId.</param>
/// <param name="Status">Member status of an order.</param>
/// <param name="Code">Member code of a problem.</param>
/// <param name="RetryAfter">When to come back.</param>
sealed record SaleAnswer(int Http, Guid? OrderId, string? Status, string? Code, TimeSpan RetryAfter)
{
    public static SaleAnswer None { get; } = new(0, null, null, null, TimeSpan.Zero);

    /// <summary>Nothing is known of what became of the request, or the answer says to come back: the same again, with the same key.</summary>
    public bool IsToBeRepeated => Http is 0 or 401 or 429 or >= 500;
}
