using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Ledger.Compensation;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Tests.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>How many orders are where on their way through compensation.</summary>
public sealed class CompensationSurvey_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly CompensationStore _store = new(fixture.Database);

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Should_count_the_orders_of_each_state_and_say_nothing_of_a_count_that_is_old()
    {
        foreach (var status in new[] { CompensationStatus.Retrying, CompensationStatus.Retrying, CompensationStatus.DeadLetter, CompensationStatus.Archived })
            (await _store.OpenAsync(Record(status))).ShouldBeTrue();
        var meters = _services.GetRequiredService<IMeterFactory>();
        using var measurements = new Measurements(CompensationMetrics.MeterName, meters);
        var time = new ManualClock();
        using var survey = new CompensationSurvey(
            _store, meters, Options.Create(new CompensationOptions { SweepSeconds = 5 }), time, NullLogger<CompensationSurvey>.Instance);

        measurements.Take().ShouldBeEmpty();
        await survey.LookAsync(CancellationToken.None);
        measurements.Take().Select(x => $"{x.Name} {x.Tags} {x.Value}").ShouldBe(
        [
            "seckill.compensation.orders state=retrying 2", "seckill.compensation.orders state=exhausted 0",
            "seckill.compensation.orders state=dead_letter 1", "seckill.compensation.orders state=archived 1",
        ]);
        time.Advance(TimeSpan.FromSeconds(15));
        measurements.Take().Count.ShouldBe(4);
        time.Advance(TimeSpan.FromSeconds(1));
        measurements.Take().ShouldBeEmpty();
        PublishedInstruments.Undocumented(CompensationMetrics.MeterName).ShouldBeEmpty("docs/metrics.md has every instrument");
    }

    static CompensationRecord Record(string status) => new()
    {
        Status = status,
        Source = "test",
        Cause = "redis",
        LastError = "it broke",
        Request = LedgerFixture.NewRequest(1),
        FirstFailedAt = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero),
    };
}
