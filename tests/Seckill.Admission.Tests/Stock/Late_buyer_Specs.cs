using System.Globalization;

namespace Seckill.Admission.Tests.Stock;

/// <summary>What admission answers once this process has noted that the SKU is sold out.</summary>
[Collection(StockRedisTests.Name)]
public class Late_buyer_Specs(StockRedis redis)
{
    [Theory]
    [InlineData(null)]
    [InlineData("key")]
    public async Task Should_be_refused_without_the_script(string? key)
    {
        await using var harness = await SoldOutAsync();
        var before = await ScriptCallsAsync(harness);

        for (var i = 0; i < 20; i++)
            (await harness.AdmitAsync($"late-{i}", key: key)).Outcome.ShouldBe(AdmissionOutcome.SoldOut);

        (await ScriptCallsAsync(harness)).ShouldBe(before);
    }

    [Fact]
    public async Task Should_get_the_first_answer_when_it_is_a_repeat()
    {
        await using var harness = await SoldOutAsync(total: 3);
        (await harness.AdmitAsync("keyed", key: "k")).Outcome.ShouldBe(AdmissionOutcome.Repeated);
        (await harness.AdmitAsync("keyless")).Outcome.ShouldBe(AdmissionOutcome.Repeated);
        (await harness.AdmitAsync("released", key: "k")).Outcome.ShouldBe(AdmissionOutcome.Repeated);
        (await harness.AdmitAsync("keyed", 2, "k")).Outcome.ShouldBe(AdmissionOutcome.KeyReused);
        (await harness.AdmitAsync("keyed", key: "k2")).Outcome.ShouldBe(AdmissionOutcome.AlreadyOrdered);
    }

    [Fact]
    public async Task Should_get_a_unit_that_came_back_although_the_flag_stands()
    {
        await using var harness = await SoldOutAsync();
        var repeat = await harness.AdmitAsync("keyed", key: "k");
        var entry = (await harness.Admission.FindEntryAsync(harness.ActivityId, repeat.OrderId!.Value)).ShouldNotBeNull();
        await harness.Participant.ReleaseAsync(Admission.Stock.StockReservation.Of(entry.Order));
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeTrue();

        (await harness.AdmitAsync("late")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_be_told_that_the_stock_is_not_ready_when_redis_has_lost_it()
    {
        await using var harness = await SoldOutAsync();
        await (await harness.DatabaseAsync()).KeyDeleteAsync([harness.Keys.Meta, harness.Keys.Stock, harness.Keys.Buyers]);
        (await harness.AdmitAsync("late")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
    }

    [Fact]
    public async Task Should_go_to_the_script_again_when_the_flag_falls()
    {
        await using var harness = await SoldOutAsync();
        harness.SoldOut.Invalidate(harness.ActivityId, StockHarness.Sku + 1);
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeTrue();
        harness.SoldOut.Invalidate(harness.ActivityId);
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeFalse();

        var before = await ScriptCallsAsync(harness);
        (await harness.AdmitAsync("late")).Outcome.ShouldBe(AdmissionOutcome.SoldOut);
        (await ScriptCallsAsync(harness)).ShouldBe(before + 1);
    }

    /// <summary>All units are taken, the first two by buyers who keep them and a third by one who gave it back to a fourth.</summary>
    async Task<StockHarness> SoldOutAsync(int total = 1)
    {
        var harness = new StockHarness(redis.Server, new AdmissionOptions { SoldOutFlagMilliseconds = 60_000 });
        await harness.OpenAsync(total);
        await harness.AdmittedAsync("keyed", key: "k");
        if (total > 1)
        {
            await harness.AdmittedAsync("keyless");
            await harness.Participant.ReleaseAsync(await harness.AdmittedAsync("released", key: "k"));
            await harness.AdmittedAsync("heir");
        }

        (await harness.AdmitAsync("first to be late")).Outcome.ShouldBe(AdmissionOutcome.SoldOut);
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeTrue();
        return harness;
    }

    static async Task<long> ScriptCallsAsync(StockHarness harness)
    {
        var statistics = (string)(await (await harness.DatabaseAsync()).ExecuteAsync("INFO", "commandstats"))!;
        var line = statistics.Split('\n').First(x => x.StartsWith("cmdstat_evalsha:", StringComparison.Ordinal));
        return long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture);
    }
}
