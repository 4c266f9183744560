using Seckill.Contracts;
using Seckill.Sagas.Audit;

namespace Seckill.System.Tests.Audit;

[Collection(BooksCollection.Name)]
public sealed class AuditOfSoundBooks_Specs(BooksFixture fixture)
{
    readonly Books _books = fixture.Books;

    [Fact]
    public async Task Should_find_nothing_in_books_with_orders_in_every_state()
    {
        var activityId = await _books.OpenActivityAsync(total: 200, limit: 3);
        for (var i = 0; i < 120; i++)
            await _books.ConfirmedAsync(activityId, "buyer-" + i % 40 + "-'\"", quantity: 1);
        var paid = await _books.ConfirmedAsync(activityId);
        await _books.MoveAsync(paid, "Paid", OrderStatus.Paid);
        await _books.CancelAsync(await _books.ConfirmedAsync(activityId, quantity: 2));
        var rolledBack = Books.NewOrder(activityId);
        await _books.AdmitAsync(rolledBack);
        await _books.PrepareAsync(rolledBack);
        await _books.RollBackAsync(rolledBack);
        var prepared = Books.NewOrder(activityId);
        await _books.AdmitAsync(prepared);
        await _books.PrepareAsync(prepared);
        await _books.AdmitAsync(Books.NewOrder(activityId));

        var report = await fixture.Audit().RunAsync(Only(activityId));

        report.Findings.ShouldBeEmpty();
        report.Ok.ShouldBeTrue();
        report.Totals.Activities.ShouldBe(1);
        report.Totals.Skus.ShouldBe(1);
        report.Totals.Orders.ShouldBe(124);
        report.Totals.Committed.ShouldBe(121);
        report.Totals.Paid.ShouldBe(1);
        report.Totals.Cancelled.ShouldBe(1);
        report.Totals.RolledBack.ShouldBe(1);
        report.Totals.Undecided.ShouldBe(2);
        report.Totals.Oversold.ShouldBe(0);
        report.Totals.UnitsInFlight.ShouldBe(0);
    }

    [Fact]
    public async Task Should_take_orders_between_two_steps_for_what_they_are()
    {
        var activityId = await _books.OpenActivityAsync();
        var onlyInRedis = Books.NewOrder(activityId);
        await _books.AdmitAsync(onlyInRedis);
        await _books.PrepareRedisAsync(onlyInRedis);
        var committedInRedis = Books.NewOrder(activityId);
        await _books.AdmitAsync(committedInRedis);
        await _books.PrepareAsync(committedInRedis);
        await _books.CommitRedisAsync(committedInRedis);
        var cancelling = await _books.ConfirmedAsync(activityId);
        await _books.MoveAsync(cancelling, "Cancelling", OrderStatus.Cancelled, giveBack: true);
        var refusedAtOnce = Books.NewOrder(activityId);
        await _books.AdmitAsync(refusedAtOnce);
        await _books.PrepareMySqlAsync(refusedAtOnce, "RolledBack", OrderStatus.Failed);

        var report = await fixture.Audit().RunAsync(Only(activityId));

        report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_let_records_of_old_orders_expire()
    {
        var activityId = await _books.OpenActivityAsync();
        var order = await _books.ConfirmedAsync(activityId, age: TimeSpan.FromDays(3));
        await _books.Redis.KeyDeleteAsync($"seckill:{{{activityId}}}:order:{order.OrderId:D}");

        var report = await fixture.Audit().RunAsync(Only(activityId));

        report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_only_note_an_activity_that_is_over_and_gone_from_redis()
    {
        var activityId = await _books.OpenActivityAsync(warm: false);
        await _books.ExecuteAsync("UPDATE activities SET closes_at = opens_at + INTERVAL 1 MINUTE WHERE activity_id = @activityId", new { activityId });

        var report = await fixture.Audit().RunAsync(Only(activityId));

        report.Ok.ShouldBeTrue();
        report.Notes.ShouldHaveSingleItem().ShouldContain($"Activity {activityId}");
    }

    [Fact]
    public async Task Should_say_when_there_are_too_many_entries_to_compare_at_once()
    {
        var activityId = await _books.OpenActivityAsync();
        for (var i = 0; i < 3; i++)
            await _books.AdmitAsync(Books.NewOrder(activityId));

        var report = await fixture.Audit(x => x.EntriesAtOnce = 2).RunAsync(Only(activityId));

        report.Ok.ShouldBeTrue();
        report.Notes.ShouldHaveSingleItem().ShouldContain("3 write-ahead entries");
    }

    [Fact]
    public async Task Should_know_accepted_orders_in_every_stage()
    {
        var activityId = await _books.OpenActivityAsync();
        var confirmed = await _books.ConfirmedAsync(activityId);
        var waiting = Books.NewOrder(activityId);
        await _books.AdmitAsync(waiting);
        var onlyInKafka = Books.NewOrder(activityId);

        var report = await fixture.Audit().RunAsync(Only(activityId) with
        {
            Accepted = [new(confirmed.OrderId, activityId), new(waiting.OrderId, activityId), new(onlyInKafka.OrderId, activityId)],
        });

        report.Findings.ShouldBeEmpty();
        report.Totals.Undecided.ShouldBe(2);
        report.Totals.Lost.ShouldBe(0);
    }

    static AuditScope Only(long activityId) => new() { ActivityIds = [activityId] };
}
