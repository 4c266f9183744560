using Seckill.Operations.Archive;

namespace Seckill.Operations.Tests.Archive;

/// <summary>Orders to archive.</summary>
static class Orders
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static FailedOrder New(Guid? orderId = null)
    {
        var id = orderId ?? Guid.NewGuid();
        return new FailedOrder
        {
            ArchiveId = FailedOrder.IdOf(id),
            OrderId = id,
            ActivityId = 7,
            SkuId = 70,
            BuyerId = "ada",
            Quantity = 2,
            AmountCents = 19_998,
            Cause = "redis",
            LastError = "No connection",
            State = "RollingBack",
            Attempts = 3,
            DeadLetterAttempts = 2,
            Payload = """{"orderId":"x"}""",
            Headers = new Dictionary<string, string> { ["MT-Message-Type"] = "RollbackTransaction", ["trace"] = "1" },
            History = [Attempt(1), Attempt(2)],
            FirstFailedAt = Noon.AddMinutes(-2),
            ArchivedAt = Noon,
        };
    }

    public static FailedAttempt Attempt(int number) => new(Noon.AddMinutes(number - 3).AddTicks(12_340), "compensation", number, "redis", $"Failure {number}");

    public static Handling Handled(DateTimeOffset? at = null) => new("operator-1", at ?? Noon.AddHours(1), "refunded by hand", "RolledBack");

    /// <summary>Records compare their lists by reference; this compares all that they hold.</summary>
    public static void ShouldBeSameAs(this FailedOrder? actual, FailedOrder expected)
    {
        actual.ShouldNotBeNull();
        actual.History.ShouldBe(expected.History);
        actual.Headers.OrderBy(x => x.Key).ShouldBe(expected.Headers.OrderBy(x => x.Key));
        (actual with { History = expected.History, Headers = expected.Headers }).ShouldBe(expected);
    }
}
