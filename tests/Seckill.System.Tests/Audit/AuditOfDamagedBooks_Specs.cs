using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Sagas.Audit;

namespace Seckill.System.Tests.Audit;

/// <summary>One kind of damage each, in books that are sound otherwise; nothing else may be reported beside what follows from it.</summary>
[Collection(BooksCollection.Name)]
public sealed class AuditOfDamagedBooks_Specs(BooksFixture fixture)
{
    static readonly TimeSpan Old = TimeSpan.FromHours(1);

    readonly Books _books = fixture.Books;

    [Fact]
    public async Task Should_find_units_that_vanished_from_the_stock_in_redis()
    {
        var activityId = await SoundAsync();
        await AddToStockAsync(activityId, "1:available", -1);

        var finding = (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem();

        finding.Kind.ShouldBe(FindingKinds.StockSum);
        finding.ActivityId.ShouldBe(activityId);
        finding.SkuId.ShouldBe(1);
        finding.Expected.ShouldBe("100");
        finding.Actual.ShouldEndWith("= 99");
    }

    [Fact]
    public async Task Should_find_a_total_that_is_not_the_one_in_mysql()
    {
        var activityId = await SoundAsync();
        await AddToStockAsync(activityId, "1:total", 10);
        await AddToStockAsync(activityId, "1:available", 10);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.StockTotal]);
    }

    [Fact]
    public async Task Should_find_a_sku_that_redis_does_not_have()
    {
        var activityId = await _books.OpenActivityAsync();
        var stock = new StockKeys(activityId).Stock;
        await _books.Redis.HashDeleteAsync(stock, "1:total");

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.StockTotal]);
    }

    [Fact]
    public async Task Should_find_a_sku_that_only_redis_has()
    {
        var activityId = await SoundAsync();
        await AddToStockAsync(activityId, "9:total", 5);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.UnknownSku]);
    }

    [Fact]
    public async Task Should_find_a_negative_counter()
    {
        var activityId = await _books.OpenActivityAsync();
        await AddToStockAsync(activityId, "1:reserved", -1);
        await AddToStockAsync(activityId, "1:available", 1);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.StockNegative, FindingKinds.ReservedUnits]);
    }

    [Fact]
    public async Task Should_find_units_reserved_for_no_order()
    {
        var activityId = await SoundAsync();
        await AddToStockAsync(activityId, "1:reserved", 1);
        await AddToStockAsync(activityId, "1:available", -1);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.ReservedUnits]);
    }

    [Fact]
    public async Task Should_find_units_sold_to_nobody()
    {
        var activityId = await SoundAsync();
        await AddToStockAsync(activityId, "1:sold", 1);
        await AddToStockAsync(activityId, "1:available", -1);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.SoldUnits]);
    }

    [Fact]
    public async Task Should_find_a_wrong_count_of_taken_units_in_mysql()
    {
        var activityId = await SoundAsync();
        await _books.ExecuteAsync("UPDATE stock SET taken = taken + 1 WHERE activity_id = @activityId", new { activityId });

        var finding = (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem();

        finding.Kind.ShouldBe(FindingKinds.TakenUnits);
        finding.Expected.ShouldBe("3");
        finding.Actual.ShouldBe("stock.taken 4");
    }

    [Fact]
    public async Task Should_find_and_count_oversold_units()
    {
        var activityId = await _books.OpenActivityAsync(total: 2);
        for (var i = 0; i < 5; i++)
        {
            var order = Books.NewOrder(activityId);
            await _books.AdmitAsync(order);
            await _books.PrepareRedisAsync(order);
            await _books.CommitRedisAsync(order);
            await _books.PrepareMySqlAsync(order, "Committed", OrderStatus.Confirmed);
        }

        var report = await AuditAsync(activityId);

        report.Findings.Select(x => x.Kind).ShouldContain(FindingKinds.Oversold);
        report.Totals.Oversold.ShouldBe(3);
    }

    [Fact]
    public async Task Should_not_mind_refused_orders_of_a_sku_and_of_an_activity_that_do_not_exist()
    {
        var activityId = await SoundAsync();
        await _books.PrepareMySqlAsync(Books.NewOrder(activityId) with { SkuId = 7 }, "RolledBack", OrderStatus.Failed);
        var stray = Books.NewOrder(activityId + 500_000) with { SkuId = 7 };
        await _books.PrepareMySqlAsync(stray, "RolledBack", OrderStatus.Failed);

        (await KindsAsync(activityId)).ShouldBeEmpty();
        (await KindsAsync(stray.ActivityId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_find_units_that_are_held_of_a_sku_and_of_an_activity_that_do_not_exist()
    {
        var activityId = await SoundAsync();
        await _books.PrepareMySqlAsync(Books.NewOrder(activityId) with { SkuId = 7 }, "Committed", OrderStatus.Confirmed);
        var stray = Books.NewOrder(activityId + 500_000) with { SkuId = 7 };
        await _books.PrepareMySqlAsync(stray, "Committed", OrderStatus.Confirmed);

        (await KindsAsync(activityId)).Count(x => x == FindingKinds.UnknownSku).ShouldBe(1);
        (await KindsAsync(stray.ActivityId)).Count(x => x == FindingKinds.UnknownSku).ShouldBe(2, "the SKU's and the activity's");
    }

    [Fact]
    public async Task Should_count_an_order_whose_id_is_all_zeros()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId) with { OrderId = Guid.Empty };
        await _books.AdmitAsync(order);
        await _books.PrepareAsync(order);
        await _books.CommitAsync(order);

        (await KindsAsync(activityId)).ShouldBeEmpty();

        await _books.ExecuteAsync("DELETE FROM order_transaction WHERE correlation_id = @OrderId", order);
        (await KindsAsync(activityId)).ShouldNotBeEmpty();
        await _books.ExecuteAsync("DELETE FROM orders WHERE order_id = @OrderId", order);
    }

    [Fact]
    public async Task Should_find_an_order_without_a_transaction()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.ExecuteAsync("DELETE FROM order_transaction WHERE correlation_id = @OrderId", order);

        var finding = (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem();

        finding.Kind.ShouldBe(FindingKinds.OrderWithoutTransaction);
        finding.OrderId.ShouldBe(order.OrderId);
        finding.BuyerId.ShouldBe(order.BuyerId);
    }

    [Fact]
    public async Task Should_find_a_transaction_without_an_order()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.ExecuteAsync("DELETE FROM orders WHERE order_id = @OrderId", order);

        var report = await AuditAsync(activityId);

        report.Findings.Single(x => x.Kind == FindingKinds.TransactionWithoutOrder).OrderId.ShouldBe(order.OrderId);
        report.Findings.Single(x => x.Kind == FindingKinds.LostOrder).OrderId.ShouldBe(order.OrderId);
        report.Findings.Select(x => x.Kind).ShouldContain(FindingKinds.TakenUnits);
    }

    [Fact]
    public async Task Should_find_a_transaction_that_speaks_of_another_order()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.ExecuteAsync("UPDATE order_transaction SET quantity = 2 WHERE correlation_id = @OrderId", order);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.OrderFields]);
    }

    [Theory]
    [InlineData("Committed", OrderStatus.Paid)]
    [InlineData("Paid", OrderStatus.Confirmed)]
    [InlineData("Unheard", OrderStatus.Confirmed)]
    public async Task Should_find_a_status_that_does_not_go_with_the_state(string state, string status)
    {
        var activityId = await SoundAsync();
        await _books.MoveAsync(await _books.ConfirmedAsync(activityId), state, status);

        (await KindsAsync(activityId)).ShouldContain(FindingKinds.StatusAndState);
    }

    [Fact]
    public async Task Should_find_a_transaction_without_a_decision_past_its_time_out()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId, age: Old);
        await _books.AdmitAsync(order);
        await _books.PrepareAsync(order);

        var report = await AuditAsync(activityId);

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKinds.Undecided);
        report.Totals.Undecided.ShouldBe(1);
    }

    [Fact]
    public async Task Should_find_a_young_order_without_a_decision_when_all_is_said_to_be_settled()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId);
        await _books.AdmitAsync(order);
        await _books.PrepareAsync(order);

        var report = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId], Settled = true });

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKinds.Undecided);
    }

    [Fact]
    public async Task Should_find_a_cancellation_that_was_never_finished()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId, age: Old);
        await _books.MoveAsync(order, "Cancelling", OrderStatus.Cancelled, giveBack: true);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.HalfDone]);
    }

    [Theory]
    [InlineData("Cancelling")]
    [InlineData("Refunding")]
    public async Task Should_find_what_was_left_half_done_a_moment_ago_when_all_is_said_to_be_settled(string state)
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.CancelAsync(order);
        await _books.MoveAsync(order, state, OrderStatus.Cancelled);
        (await KindsAsync(activityId)).ShouldBeEmpty("it may be under way");

        var report = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId], Settled = true });

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKinds.HalfDone);
    }

    [Theory]
    [InlineData(-3600, false)]
    [InlineData(30, true)]
    public async Task Should_find_a_refund_that_nobody_works_at(int nextTryInSeconds, bool ok)
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId, age: Old);
        await _books.CancelAsync(order);
        await _books.MoveAsync(order, "Refunding", OrderStatus.Cancelled);
        await _books.ExecuteAsync("UPDATE order_transaction SET expires_at = @expiresAt WHERE correlation_id = @OrderId",
            new { order.OrderId, expiresAt = DateTime.UtcNow.AddSeconds(nextTryInSeconds) });

        (await KindsAsync(activityId)).ShouldBe(ok ? [] : [FindingKinds.HalfDone]);
    }

    [Fact]
    public async Task Should_find_a_committed_order_that_redis_has_forgotten()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.Redis.KeyDeleteAsync(new StockKeys(activityId).Order(order.OrderId));

        var finding = (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem();

        finding.Kind.ShouldBe(FindingKinds.RecordState);
        finding.OrderId.ShouldBe(order.OrderId);
        finding.Actual.ShouldBe("no record");
    }

    [Fact]
    public async Task Should_find_a_committed_order_that_an_older_epoch_counted()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.Redis.HashSetAsync(new StockKeys(activityId).Order(order.OrderId), "epoch", 0);

        (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem().Actual.ShouldContain("epoch 0");
    }

    [Fact]
    public async Task Should_find_a_cancelled_order_that_redis_still_counts_as_sold()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.MoveAsync(order, "Cancelled", OrderStatus.Cancelled, giveBack: true);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.RecordState, FindingKinds.SoldUnits]);
    }

    [Fact]
    public async Task Should_find_a_committed_order_that_redis_has_released()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.ReleaseRedisAsync(order, "sold");

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.RecordState, FindingKinds.SoldUnits]);
    }

    [Fact]
    public async Task Should_find_a_refused_order_that_redis_never_released()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId, age: Old);
        await _books.AdmitAsync(order);
        await _books.PrepareMySqlAsync(order, "RolledBack", OrderStatus.Failed);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.RecordState]);
    }

    [Fact]
    public async Task Should_find_a_record_of_another_quantity()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.Redis.HashSetAsync(new StockKeys(activityId).Order(order.OrderId), "sku", 2);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.RecordFields]);
    }

    [Fact]
    public async Task Should_find_a_reservation_without_an_entry()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId);
        await _books.AdmitAsync(order);
        await _books.PrepareAsync(order);
        await _books.Redis.SortedSetRemoveAsync(new StockKeys(activityId).Pending, order.OrderId.ToString("D"));

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.EntryMissing, FindingKinds.ReservedUnits]);
    }

    [Fact]
    public async Task Should_find_an_entry_without_a_record_and_one_of_an_order_that_was_given_up()
    {
        var activityId = await SoundAsync();
        var decided = await _books.ConfirmedAsync(activityId);
        await _books.CancelAsync(decided);
        var nobody = Guid.CreateVersion7();
        await _books.Redis.SortedSetAddAsync(new StockKeys(activityId).Pending, decided.OrderId.ToString("D"), 0);
        await _books.Redis.SortedSetAddAsync(new StockKeys(activityId).Pending, nobody.ToString("D"), 0);

        var report = await AuditAsync(activityId);

        report.Findings.ShouldAllBe(x => x.Kind == FindingKinds.EntryBroken);
        report.Findings.Select(x => x.OrderId).ShouldBe([decided.OrderId, nobody], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_find_nothing_wrong_with_an_entry_of_an_order_whose_units_were_taken_again()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);
        await _books.Redis.SortedSetAddAsync(new StockKeys(activityId).Pending, order.OrderId.ToString("D"), 0);

        (await KindsAsync(activityId)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public async Task Should_find_an_admitted_order_whose_transaction_never_began(int entriesAtOnce)
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId, age: Old);
        await _books.AdmitAsync(order);
        await _books.AdmitAsync(Books.NewOrder(activityId));

        var report = await fixture.Audit(x => x.EntriesAtOnce = entriesAtOnce).RunAsync(new AuditScope { ActivityIds = [activityId] });

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Kind.ShouldBe(FindingKinds.EntryWithoutTransaction);
        finding.OrderId.ShouldBe(order.OrderId);
        report.Totals.Undecided.ShouldBe(2);
    }

    /// <summary>Alone or among all activities, with the buyer's orders on one page or on two.</summary>
    [Theory]
    [InlineData(true, 200)]
    [InlineData(true, 1)]
    [InlineData(false, 200)]
    [InlineData(false, 1)]
    public async Task Should_find_a_buyer_above_the_limit(bool alone, int pageSize)
    {
        var activityId = await _books.OpenActivityAsync(limit: 1);
        await _books.ConfirmedAsync(activityId, "greedy");
        await _books.ConfirmedAsync(activityId, "greedy");

        var findings = await FindingsAsync(activityId, alone, x => x.PageSize = pageSize);

        var finding = findings.ShouldHaveSingleItem();
        finding.Kind.ShouldBe(FindingKinds.BuyerOverLimit);
        finding.BuyerId.ShouldBe("greedy");
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(true, 1)]
    [InlineData(false, 200)]
    [InlineData(false, 1)]
    public async Task Should_find_two_orders_of_one_idempotency_key(bool alone, int pageSize)
    {
        var activityId = await _books.OpenActivityAsync(limit: 5);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var order = Books.NewOrder(activityId, "twice") with { Key = "k1" };
            await _books.AdmitAsync(order);
            await _books.PrepareAsync(order);
            await _books.CommitAsync(order);
        }

        (await FindingsAsync(activityId, alone, x => x.PageSize = pageSize)).ShouldHaveSingleItem().Kind.ShouldBe(FindingKinds.RepeatedKey);
    }

    [Fact]
    public async Task Should_count_a_buyer_once_whose_orders_are_on_several_pages()
    {
        var activityId = await _books.OpenActivityAsync(limit: 1);
        foreach (var buyer in new[] { "greedy", "also greedy" })
        {
            foreach (var _ in Enumerable.Range(0, 3))
                await _books.ConfirmedAsync(activityId, buyer);
        }

        // What is beyond the list is only counted, and nothing tells there that it was counted before.
        var report = await fixture.Audit(x => (x.PageSize, x.MaxFindings) = (1, 1)).RunAsync(new AuditScope { ActivityIds = [activityId] });

        report.FindingCount.ShouldBe(2);
        report.Totals.Duplicates.ShouldBe(2);
    }

    [Fact]
    public async Task Should_find_a_transaction_without_an_order_behind_many_of_other_activities()
    {
        var (other, activityId) = (await SoundAsync(), await SoundAsync());
        foreach (var _ in Enumerable.Range(0, 3))
            await _books.ExecuteAsync("DELETE FROM orders WHERE order_id = @OrderId", await _books.ConfirmedAsync(other));
        await _books.ExecuteAsync("DELETE FROM orders WHERE order_id = @OrderId", await _books.ConfirmedAsync(activityId));

        var findings = await FindingsAsync(activityId, alone: true, x => x.MaxFindings = 1);

        findings.ShouldContain(x => x.Kind == FindingKinds.TransactionWithoutOrder);
    }

    [Theory]
    [InlineData("2|{0}|1|1", "limit is not reached")]
    [InlineData(null, "more than the limit")]
    public async Task Should_find_a_wrong_count_of_a_buyers_units(string? count, string meaning)
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId, "miscounted");
        var buyers = new StockKeys(activityId).Buyers;
        if (count is null)
            await _books.Redis.HashDeleteAsync(buyers, order.BuyerId);
        else
            await _books.Redis.HashSetAsync(buyers, order.BuyerId, count.Replace("{0}", order.OrderId.ToString("D"), StringComparison.Ordinal));

        var finding = (await AuditAsync(activityId)).Findings.ShouldHaveSingleItem();

        finding.Kind.ShouldBe(FindingKinds.BuyerUnits);
        finding.BuyerId.ShouldBe("miscounted");
        finding.Meaning.ShouldContain(meaning);
    }

    [Fact]
    public async Task Should_find_an_order_that_redis_committed_and_mysql_never_saw()
    {
        var activityId = await SoundAsync();
        var order = Books.NewOrder(activityId);
        await _books.AdmitAsync(order);
        await _books.PrepareRedisAsync(order);
        await _books.CommitRedisAsync(order);

        var report = await AuditAsync(activityId);

        report.Findings.Select(x => x.Kind).ShouldBe([FindingKinds.LostOrder, FindingKinds.SoldUnits], ignoreOrder: true);
        report.Findings.Single(x => x.Kind == FindingKinds.LostOrder).OrderId.ShouldBe(order.OrderId);
        report.Totals.Lost.ShouldBe(1);
    }

    [Fact]
    public async Task Should_find_an_accepted_order_that_is_nowhere()
    {
        var activityId = await SoundAsync();
        var old = new AcceptedOrder(OrderIds.New(DateTimeOffset.UtcNow - Old), activityId);
        var young = new AcceptedOrder(OrderIds.New(DateTimeOffset.UtcNow), activityId);

        var running = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId], Accepted = [old, young] });
        var settled = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId], Accepted = [old, young], Settled = true });

        running.Findings.ShouldHaveSingleItem().OrderId.ShouldBe(old.OrderId);
        running.Totals.Lost.ShouldBe(1);
        settled.Findings.ShouldAllBe(x => x.Kind == FindingKinds.LostOrder);
        settled.Totals.Lost.ShouldBe(2);
    }

    [Fact]
    public async Task Should_find_an_accepted_order_in_another_activity()
    {
        var activityId = await SoundAsync();
        var order = await _books.ConfirmedAsync(activityId);

        var report = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId], Accepted = [new(order.OrderId, activityId + 1)] });

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKinds.AcceptedElsewhere);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("rebuilding")]
    public async Task Should_find_an_open_activity_whose_stock_is_not_ready(string? phase)
    {
        var activityId = await _books.OpenActivityAsync(warm: phase is not null);
        if (phase is not null)
            await _books.Redis.HashSetAsync(new StockKeys(activityId).Meta, "phase", phase);

        (await KindsAsync(activityId)).ShouldBe([FindingKinds.StockNotReady]);
    }

    [Fact]
    public async Task Should_count_findings_beyond_those_that_it_lists()
    {
        var activityId = await _books.OpenActivityAsync();
        for (var i = 0; i < 5; i++)
            await _books.AdmitAsync(Books.NewOrder(activityId, age: Old));

        var report = await fixture.Audit(x => x.MaxFindings = 2).RunAsync(new AuditScope { ActivityIds = [activityId] });

        report.Findings.Count.ShouldBe(2);
        report.FindingCount.ShouldBe(5);
        report.Ok.ShouldBeFalse();
    }

    async Task<long> SoundAsync()
    {
        var activityId = await _books.OpenActivityAsync();
        for (var i = 0; i < 3; i++)
            await _books.ConfirmedAsync(activityId);
        return activityId;
    }

    Task<AuditReport> AuditAsync(long activityId) => fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId] });

    /// <summary>What an audit of it, or of everything, finds in an activity.</summary>
    async Task<IReadOnlyList<AuditFinding>> FindingsAsync(long activityId, bool alone, Action<AuditOptions> configure)
    {
        var report = await fixture.Audit(configure).RunAsync(alone ? new AuditScope { ActivityIds = [activityId] } : AuditScope.All);
        return [.. report.Findings.Where(x => x.ActivityId == activityId)];
    }

    async Task<IReadOnlyList<string>> KindsAsync(long activityId)
        => (await AuditAsync(activityId)).Findings.Select(x => x.Kind).ToList();

    Task<long> AddToStockAsync(long activityId, string field, long value)
        => _books.Redis.HashIncrementAsync(new StockKeys(activityId).Stock, field, value);
}
