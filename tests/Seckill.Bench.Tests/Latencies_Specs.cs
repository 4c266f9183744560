using Seckill.Bench.Load;

namespace Seckill.Bench.Tests;

public sealed class Latencies_Specs
{
    const long TicksPerSecond = 1_000_000;
    const long Millisecond = 1_000;

    [Fact]
    public void Should_give_values_that_occurred()
    {
        var latencies = new Latencies(TicksPerSecond);
        for (var i = 200; i >= 1; i--)
            latencies.Record(5, 5 + i * Millisecond);

        var summary = latencies.Summarize();

        summary.P50Ms.ShouldBe(100);
        summary.P90Ms.ShouldBe(180);
        summary.P99Ms.ShouldBe(198);
        summary.MaxMs.ShouldBe(200);
        summary.MeanMs.ShouldBe(100.5);
    }

    [Fact]
    public void Should_be_zero_without_values() => new Latencies(TicksPerSecond).Summarize().MaxMs.ShouldBe(0);

    [Fact]
    public void Should_be_the_value_when_there_is_only_one()
    {
        var latencies = new Latencies(TicksPerSecond);
        latencies.Record(0, 3 * Millisecond);

        latencies.Summarize().ShouldBe(new Results.Latency(3, 3, 3, 3, 3));
    }

    /// <summary>
    /// One server that takes 1 ms, and once 1 s, is offered 500 a second for 10 s. A client that waits for each answer before it sends the next would have
    /// one slow request; in truth a fifth of the buyers waited for it.
    /// </summary>
    [Fact]
    public void Should_charge_a_stall_to_everyone_whom_it_held_up()
    {
        var arrivals = new Arrivals(0, 500, TicksPerSecond);
        var corrected = new Latencies(TicksPerSecond);
        var naive = new Latencies(TicksPerSecond);
        long free = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var sent = Math.Max(free, arrivals.DueAt(i));
            free = sent + (i == 1_000 ? 1_000 : 1) * Millisecond;
            corrected.Record(arrivals.DueAt(i), free);
            naive.Record(sent, free);
        }

        naive.Summarize().P99Ms.ShouldBe(1);
        corrected.Summarize().P50Ms.ShouldBe(1);
        corrected.Summarize().P90Ms.ShouldBe(500, 1.0);
        corrected.Summarize().P99Ms.ShouldBe(950, 1.0);
        corrected.Summarize().MaxMs.ShouldBe(1_000);
    }
}
