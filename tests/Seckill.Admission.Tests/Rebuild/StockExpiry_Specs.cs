using Seckill.Admission.Stock;
using Seckill.Contracts;

namespace Seckill.Admission.Tests.Rebuild;

/// <summary>When the stock of an activity leaves Redis.</summary>
[Collection(LedgerTests.Name)]
public class StockExpiry_Specs(LedgerDatabase ledger)
{
    /// <summary>What the watch for entries and the margin make together, by default.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(31);

    static readonly TimeSpan Window = TimeSpan.FromSeconds(900);

    [Fact]
    public async Task Should_let_a_rebuilt_stock_go_long_after_the_activity()
    {
        var closesAt = DateTimeOffset.UtcNow.AddHours(1);
        await using var sale = await Sale.CreateAsync(ledger, 10, closesAt: closesAt);
        await sale.PutAsync(sale.Stock.Unknown("alice"), OrderStatus.Confirmed);

        await sale.WarmUpAsync();

        await ShouldExpireAsync(sale, closesAt + Window + Kept, sale.Stock.Keys.Meta, sale.Stock.Keys.Stock, sale.Stock.Keys.Buyers);
    }

    [Fact]
    public async Task Should_let_buyers_go_that_came_after_the_stock()
    {
        var closesAt = DateTimeOffset.UtcNow.AddHours(1);
        await using var sale = await Sale.CreateAsync(ledger, 10, closesAt: closesAt);
        await sale.WarmUpAsync();
        await sale.Stock.AdmittedAsync("alice");

        await sale.Expiry.PassAsync(default);

        await ShouldExpireAsync(sale, closesAt + Window + Kept, sale.Stock.Keys.Meta, sale.Stock.Keys.Stock, sale.Stock.Keys.Buyers);
        (await TimeToLiveAsync(sale, sale.Stock.Keys.Pending)).ShouldBeNull("an entry stays until the order is decided");
    }

    [Fact]
    public async Task Should_keep_the_stock_of_an_activity_that_is_prolonged()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10);
        await sale.WarmUpAsync();
        await sale.Expiry.PassAsync(default);
        var closesAt = DateTimeOffset.UtcNow.AddDays(60);
        await sale.CloseAtAsync(closesAt);

        await sale.Expiry.PassAsync(default);

        await ShouldExpireAsync(sale, closesAt + Window + Kept, sale.Stock.Keys.Meta, sale.Stock.Keys.Stock);
    }

    [Fact]
    public async Task Should_look_after_an_activity_that_never_ends()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, closesAt: new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero));

        (await sale.Keeper.LookAsync(default)).ShouldContain(sale.Stock.ActivityId);
        await sale.Expiry.PassAsync(default);

        (await sale.Stock.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_take_away_what_an_older_version_left()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, opensAt: DateTimeOffset.UtcNow.AddDays(-400), closesAt: DateTimeOffset.UtcNow.AddDays(-399));
        await sale.Stock.OpenAsync(10);
        await sale.Stock.AdmittedAsync("alice");

        await sale.Expiry.PassAsync(default);

        var redis = await sale.Stock.DatabaseAsync();
        foreach (var key in sale.Stock.Keys.Counted)
            (await redis.KeyExistsAsync(key)).ShouldBeFalse();
        (await sale.Stock.Admission.ReadStockAsync(sale.Stock.ActivityId)).ShouldBeNull();
        (await sale.Stock.AdmitAsync("bob")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
    }

    [Fact]
    public async Task Should_rebuild_for_a_while_what_is_needed_after_its_time()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, opensAt: DateTimeOffset.UtcNow.AddDays(-400), closesAt: DateTimeOffset.UtcNow.AddDays(-399));
        var order = sale.Stock.Unknown("alice");
        await sale.PutAsync(order, OrderStatus.Confirmed);
        await Should.ThrowAsync<StockNotReadyException>(() => sale.Stock.Participant.ReleaseAsync(order));

        (await sale.Keeper.LookAsync(default)).ShouldContain(sale.Stock.ActivityId);

        (await sale.Stock.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Released);
        await ShouldExpireAsync(sale, DateTimeOffset.UtcNow.AddDays(1), sale.Stock.Keys.Meta, sale.Stock.Keys.Stock);
        await sale.Stock.ShouldHaveAsync(10, 0, 0);
    }

    static async Task ShouldExpireAsync(Sale sale, DateTimeOffset at, params StackExchange.Redis.RedisKey[] keys)
    {
        foreach (var key in keys)
            (DateTimeOffset.UtcNow + (await TimeToLiveAsync(sale, key)).ShouldNotBeNull($"{key} expires")).ShouldBe(at, TimeSpan.FromMinutes(5));
    }

    static async Task<TimeSpan?> TimeToLiveAsync(Sale sale, StackExchange.Redis.RedisKey key)
        => await (await sale.Stock.DatabaseAsync()).KeyTimeToLiveAsync(key);
}
