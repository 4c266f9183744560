using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Transactions;

public sealed class TransactionMetrics_Specs : IClassFixture<LedgerFixture>, IDisposable
{
    readonly LedgerFixture _fixture;
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<TransactionMetrics>().BuildServiceProvider();
    readonly MeterListener _listener = new();
    readonly ConcurrentQueue<(string Instrument, double Value, string? Tag)> _measured = new();

    public TransactionMetrics_Specs(LedgerFixture fixture)
    {
        _fixture = fixture;
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Should_count_each_decision_once_and_time_the_commits()
    {
        var activityId = await _fixture.AddActivityAsync(stock: 10);
        await using var ledger = _fixture.NewLedger(metrics: _services.GetRequiredService<TransactionMetrics>());
        var committed = LedgerFixture.NewOrder(activityId);
        var rolledBack = LedgerFixture.NewOrder(activityId);
        var rejected = LedgerFixture.NewOrder(activityId);
        rejected.CurrentState = TransactionStates.RolledBack;
        rejected.Reason = RefusalReasons.SoldOut;

        await ledger.SaveAsync(committed, "saga", null);
        await ledger.SaveAsync(rolledBack, "saga", null);
        Decided().ShouldBe(["committed 0", "rolled_back 0"], "an increase from nothing would not be seen");

        committed.CurrentState = TransactionStates.Committed;
        await ledger.SaveAsync(committed, "saga", null);
        rolledBack.CurrentState = TransactionStates.RollingBack;
        await ledger.SaveAsync(rolledBack, "clock", null);
        rolledBack.CurrentState = TransactionStates.RolledBack;
        await ledger.SaveAsync(rolledBack, "clock", null);
        await ledger.SaveAsync(rejected, "saga", null);
        committed.CurrentState = TransactionStates.Cancelling;
        await ledger.SaveAsync(committed, "buyer", null);

        var seconds = Values(TransactionMetrics.CommitDuration).ShouldHaveSingleItem();
        seconds.ShouldBeInRange(0, (DateTimeOffset.UtcNow - committed.CreatedAt).TotalSeconds);
        Decided().ShouldBe(["committed 1", "rolled_back 2"]);
    }

    [Fact]
    public async Task Should_measure_group_commits_by_the_batch()
    {
        var activityId = await _fixture.AddActivityAsync(stock: 500);
        await using (var ledger = _fixture.NewLedger(metrics: _services.GetRequiredService<TransactionMetrics>()))
            await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => ledger.SaveAsync(LedgerFixture.NewOrder(activityId), "saga", null)));

        Values(TransactionMetrics.BatchSize).Sum().ShouldBe(500);
        Values(TransactionMetrics.BatchSize).Count.ShouldBeLessThan(250, "one measurement for a batch and not for an order");
        Values(TransactionMetrics.BatchDuration).Count.ShouldBe(Values(TransactionMetrics.BatchSize).Count);
        Values(TransactionMetrics.BatchWait).Count.ShouldBe(Values(TransactionMetrics.BatchSize).Count);
        Values(TransactionMetrics.BatchWait).Max().ShouldBeInRange(0.000001, 60, "rows wait while a batch is written");
        _measured.Select(x => x.Tag).Distinct().ShouldBe(["prepare"]);
    }

    [Fact]
    public void Should_be_documented()
    {
        using var clock = new ClockMetrics(_services.GetRequiredService<IMeterFactory>(), Options.Create(new ClockOptions()), TimeProvider.System);
        using var transactions = new TransactionMetrics(_services.GetRequiredService<IMeterFactory>());

        PublishedInstruments.Of(ClockMetrics.MeterName, TransactionMetrics.MeterName).Count.ShouldBeGreaterThanOrEqualTo(6);
        PublishedInstruments.Undocumented(ClockMetrics.MeterName, TransactionMetrics.MeterName).ShouldBeEmpty("docs/metrics.md has every instrument");
    }

    List<string> Decided()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured.Where(x => x.Instrument == TransactionMetrics.Decided).Select(x => $"{x.Tag} {x.Value}").Order().ToList();
    }

    List<double> Values(string instrument) => _measured.Where(x => x.Instrument == instrument).Select(x => x.Value).ToList();

    void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measured.Enqueue((instrument.Name, value, tags.IsEmpty ? null : (string?)tags[0].Value));
}
