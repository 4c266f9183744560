using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Admission.Survey;
using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests.Survey;

[Collection(LedgerTests.Name)]
public sealed class StockSurvey_Specs(LedgerDatabase ledger)
{
    [Fact]
    public async Task Should_measure_stock_and_the_entries_that_wait()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new SurveyMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        using var calls = new Measurements(RedisInstruments.MeterName);
        await using var sale = await Sale.CreateAsync(ledger, total: 10);
        await sale.WarmUpAsync();
        var orders = new List<StockReservation>();
        for (var i = 0; i < 3; i++)
            orders.Add(await sale.Stock.AdmittedAsync($"buyer-{i}"));
        await sale.Stock.Participant.CommitAsync(orders[0]);

        using var survey = new StockSurvey(
            sale.Watch, sale.Stock.Admission, sale.Stock.Connections, metrics, sale.Stock.AdmissionOptions, TimeProvider.System, NullLogger<StockSurvey>.Instance);
        await survey.LookAsync(default);

        using var measurements = new Measurements(SurveyMetrics.MeterName);
        var measured = measurements.Take();
        var mine = $"activity={sale.Stock.ActivityId} ";
        measured.Where(x => x.Tags.StartsWith(mine, StringComparison.Ordinal)).Select(x => $"{x.Tags.Split('=')[^1]} {x.Value}").ShouldBe(
            ["available 7", "reserved 2", "sold 1"]);
        measured.Single(x => x.Name == SurveyMetrics.Entries).Value.ShouldBeGreaterThanOrEqualTo(2);
        var age = DateTimeOffset.UtcNow - OrderIds.TimeOf(orders[1].OrderId)!.Value;
        measured.Single(x => x.Name == SurveyMetrics.OldestAge).Value.ShouldBeGreaterThanOrEqualTo(Math.Max(0, age.TotalSeconds - 60));

        var recorded = calls.Take();
        recorded.ShouldContain(x => x.Name == RedisInstruments.CallDuration && x.Tags == "script=admit outcome=ok" && x.Value > 0);
        recorded.ShouldContain(x => x.Name == RedisInstruments.CallSize && x.Tags == "script=commit" && x.Value == 1);
    }

    [Fact]
    public void Should_be_documented()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new SurveyMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        string[] meters = [SurveyMetrics.MeterName, RedisInstruments.MeterName, MySqlInstruments.MeterName];
        _ = ledger.Database;

        PublishedInstruments.Of(meters).Count.ShouldBeGreaterThanOrEqualTo(8);
        PublishedInstruments.Undocumented(meters).ShouldBeEmpty("docs/metrics.md has every instrument");
    }
}
