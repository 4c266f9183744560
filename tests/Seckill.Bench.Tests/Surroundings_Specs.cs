using Seckill.Bench.Surroundings;

namespace Seckill.Bench.Tests;

public sealed class Surroundings_Specs
{
    static readonly Dictionary<string, string> DurableMySql = new() { ["innodb_flush_log_at_trx_commit"] = "1", ["log_bin"] = "ON", ["sync_binlog"] = "1" };
    static readonly Dictionary<string, string> DurableRedis = new() { ["appendonly"] = "yes", ["appendfsync"] = "everysec" };

    [Fact]
    public void Should_accept_durable_servers() => Should.NotThrow(() => Servers.RequireDurable(DurableMySql, DurableRedis));

    [Theory]
    [InlineData("innodb_flush_log_at_trx_commit", "2")]
    [InlineData("log_bin", "OFF")]
    [InlineData("sync_binlog", "0")]
    public void Should_refuse_a_database_that_forgets(string name, string value)
        => Should.Throw<InvalidOperationException>(() => Servers.RequireDurable(new Dictionary<string, string>(DurableMySql) { [name] = value }, DurableRedis))
            .Message.ShouldContain($"{name} = {value}");

    [Fact]
    public void Should_refuse_a_stock_that_is_not_on_disk() => Should.Throw<InvalidOperationException>(
        () => Servers.RequireDurable(DurableMySql, new Dictionary<string, string>(DurableRedis) { ["appendonly"] = "no" }));

    [Fact]
    public void Should_read_the_times_of_a_process_whose_name_has_blanks_and_brackets()
    {
        var stat = ProcessStat.Parse(42, "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 12345 0 0");

        stat.ShouldBe(new ProcessStat(42, 7, 127));
    }

    [Theory]
    [InlineData("api=12", "api", 12)]
    [InlineData("worker-3=9", "worker", 9)]
    [InlineData("redis-stock=9", "redis-stock", 9)]
    public void Should_read_the_name_of_a_process(string text, string name, int processId)
        => NamedProcess.Parse(text).ShouldBe(new NamedProcess(name, processId));

    [Theory]
    [InlineData("api")]
    [InlineData("=1")]
    [InlineData("api=x")]
    public void Should_refuse_what_names_no_process(string text) => NamedProcess.Parse(text).ShouldBeNull();

    [Fact]
    public void Should_spread_the_cpu_time_over_the_orders()
    {
        var before = new CpuReading(new Dictionary<string, double> { ["api"] = 1 }, 10);
        var after = new CpuReading(new Dictionary<string, double> { ["api"] = 1.5, ["worker"] = 0.25 }, 12);

        var cost = after.Since(before, 1_000);

        cost.ByProcess["api"].ShouldBe(500);
        cost.ByProcess["worker"].ShouldBe(250);
        cost.Total.ShouldBe(750);
        cost.Other.ShouldBe(1_250);
    }

    [Fact]
    public void Should_measure_this_process()
    {
        var meter = new CpuMeter([new NamedProcess("self", Environment.ProcessId)]);

        meter.Read().Seconds["self"].ShouldBeGreaterThan(0);
        meter.StartOf("self").ShouldBeLessThan(DateTimeOffset.Now);
    }
}
