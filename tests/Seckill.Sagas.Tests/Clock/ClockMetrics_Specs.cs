using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Tests.Clock;

public sealed class ClockMetrics_Specs : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly ManualTime _time = new();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Should_not_vouch_for_a_number_of_suspended_transactions_that_another_worker_counts_now()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        using var metrics = new ClockMetrics(meters, Options.Create(new ClockOptions { SuspendedScanSeconds = 10, RunTimeoutSeconds = 60 }), _time);
        using var gauge = new GaugeReader(meters, ClockMetrics.Suspended);
        gauge.Read().ShouldBe(0);

        metrics.SetSuspended(7);
        gauge.Read().ShouldBe(7);
        _time.Seconds = 90;
        gauge.Read().ShouldBe(7, "a look that waits for the broker may take a minute");
        _time.Seconds = 91;
        gauge.Read().ShouldBe(0);
        metrics.SetSuspended(4);
        gauge.Read().ShouldBe(4);
    }

    sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
