using Seckill.Admission.Stock;
using Seckill.Sagas.Audit;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Audit;

[Collection(BooksCollection.Name)]
public sealed class AuditWhileOrdersRun_Specs(BooksFixture fixture)
{
    const int AuditsWanted = 10;

    readonly Books _books = fixture.Books;

    [Fact]
    public async Task Should_raise_no_false_alarm()
    {
        var activityId = await _books.OpenActivityAsync(total: 1_000_000, limit: 2);
        await using var sale = RunningSale.Start(_books, activityId);
        var before = sale.Orders;
        for (var i = 0; i < AuditsWanted; i++)
        {
            var report = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId] });

            report.Findings.ShouldBeEmpty();
            report.Totals.Lost.ShouldBe(0);
            sale.HasFailed.ShouldBeFalse();
        }

        (sale.Orders - before).ShouldBeGreaterThan(AuditsWanted);
    }

    [Theory]
    [InlineData("1:sold", "1:available", FindingKinds.SoldUnits)]
    [InlineData("1:reserved", "1:available", FindingKinds.ReservedUnits)]
    [InlineData("1:available", null, FindingKinds.StockSum)]
    public async Task Should_find_one_lost_unit_among_all_that_are_on_their_way(string field, string? other, string kind)
    {
        var activityId = await _books.OpenActivityAsync(total: 1_000_000, limit: 2);
        await using var sale = RunningSale.Start(_books, activityId);
        var stock = new StockKeys(activityId).Stock;
        await _books.Redis.HashIncrementAsync(stock, field, 1);
        if (other is not null)
            await _books.Redis.HashDecrementAsync(stock, other, 1);

        // With orders on their way at every look a unit more or less may be one of theirs; then the report says how many it could not check without.
        AuditReport report = null!;
        await Eventually.HoldsAsync(
            async () =>
            {
                report = await fixture.Audit().RunAsync(new AuditScope { ActivityIds = [activityId] });
                (report.Findings.Count > 0 || report.Totals.UnitsInFlight > 0).ShouldBeTrue("what it does not find it must not have been able to check");
                return report.Findings.Count > 0;
            },
            "the audit finds it");

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(kind);
    }
}
