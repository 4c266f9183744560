using Microsoft.Extensions.DependencyInjection;

using Seckill.Operations.Archive;

namespace Seckill.Api.Tests.FailedOrders;

/// <summary>Orders of a test in the archive, in an activity of its own: tests share the archive.</summary>
sealed class ArchivedOrders(ApiHost api)
{
    static long s_activity = 5_000_000;

    public long ActivityId { get; } = Interlocked.Increment(ref s_activity);

    public IFailedOrderArchive Archive => api.Services.GetRequiredService<IFailedOrderArchive>();

    public async Task<string> AddAsync(DateTimeOffset at, string cause = "redis")
    {
        var id = Guid.CreateVersion7(at);
        await Archive.AddAsync(Order(id.ToString(), id, at, cause));
        return id.ToString();
    }

    public FailedOrder Order(string archiveId, Guid? orderId, DateTimeOffset at, string cause = "redis") => new()
    {
        ArchiveId = archiveId,
        OrderId = orderId,
        ActivityId = ActivityId,
        SkuId = 1,
        BuyerId = "alice",
        Quantity = 1,
        AmountCents = 9900,
        Cause = cause,
        LastError = "it broke",
        Attempts = 3,
        DeadLetterAttempts = 2,
        Payload = "{}",
        History = [new FailedAttempt(at, "compensation", 1, cause, "it broke")],
        FirstFailedAt = at,
        ArchivedAt = at,
    };
}
