using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Sagas.Circuit;
using Seckill.Sagas.Compensation;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

public sealed class CompensationMetrics_Specs : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly IMeterFactory _meters;
    readonly Measurements _measurements;

    public CompensationMetrics_Specs()
    {
        _meters = _services.GetRequiredService<IMeterFactory>();
        _measurements = new Measurements(CompensationMetrics.MeterName, _meters);
    }

    public void Dispose()
    {
        _measurements.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Should_have_what_rules_watch_from_the_start_so_that_the_first_event_is_an_increase()
    {
        using var metrics = new CompensationMetrics(_meters);

        var before = _measurements.Take();
        metrics.AddArchived("redis");
        metrics.Attempted("dead_letter", succeeded: false);

        Of(before, CompensationMetrics.Archived).ShouldBe(FailureCauses.All.Select(x => $"cause={x} 0").Order(StringComparer.Ordinal));
        Of(before, CompensationMetrics.Attempts).ShouldBe(["stage=compensation 0", "stage=dead_letter 0", "stage=reprocess 0"]);
        var after = _measurements.Take();
        Of(after, CompensationMetrics.Archived).ShouldContain("cause=redis 1");
        Of(after, CompensationMetrics.Attempts).ShouldContain("stage=dead_letter 1");
        Of(after, CompensationMetrics.Successes).ShouldContain("stage=dead_letter 0");
    }

    [Fact]
    public void Should_make_no_series_of_a_cause_that_a_message_brought()
    {
        using var metrics = new CompensationMetrics(_meters);

        for (var i = 0; i < 5000; i++)
            metrics.AddHandedOver($"cause of order {i}");

        var handedOver = Of(_measurements.Take(), CompensationMetrics.HandedOver);
        handedOver.Count.ShouldBe(FailureCauses.All.Count);
        handedOver.ShouldContain($"cause={FailureCauses.Other} 5000");
    }

    [Fact]
    public void Should_tell_for_which_server_the_circuit_is_open()
    {
        using var circuit = new Measurements(CircuitMetrics.MeterName, _meters);
        using var metrics = new CircuitMetrics(_meters, [new Probe("mysql"), new Probe("redis")]);

        Of(circuit.Take(), CircuitMetrics.Open).ShouldBe(["dependency=mysql 0", "dependency=redis 0"]);
        metrics.Note("redis");
        Of(circuit.Take(), CircuitMetrics.Open).ShouldBe(["dependency=mysql 0", "dependency=redis 1"]);
        metrics.Note(null);
        Of(circuit.Take(), CircuitMetrics.Open).ShouldBe(["dependency=mysql 0", "dependency=redis 0"]);
    }

    [Fact]
    public void Should_be_documented()
    {
        using var metrics = new CompensationMetrics(_meters);
        using var circuit = new CircuitMetrics(_meters, []);

        PublishedInstruments.Undocumented(CompensationMetrics.MeterName, CircuitMetrics.MeterName).ShouldBeEmpty("docs/metrics.md has every instrument");
    }

    static List<string> Of(IEnumerable<Measured> measured, string instrument)
        => measured.Where(x => x.Name == instrument).Select(x => $"{x.Tags} {x.Value}").Order(StringComparer.Ordinal).ToList();

    sealed class Probe(string name) : IDependencyProbe
    {
        public string Name => name;

        public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
