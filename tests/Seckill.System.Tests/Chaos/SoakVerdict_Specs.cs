using Seckill.Chaos.Soaking;

namespace Seckill.System.Tests.Chaos;

public sealed class SoakVerdict_Specs
{
    [Fact]
    public void Should_call_flat_what_only_varies()
        => SoakVerdict.Of(Samples(x => new ProgramSample(1, 200 + (x % 3 * 10), 150 + (x % 2 * 8), 40), _ => 3, x => x * 500_000, x => x * 900_000)).ShouldBeEmpty();

    [Fact]
    public void Should_name_what_grows()
    {
        SoakVerdict.Of(Samples(x => new ProgramSample(1, 200 + (x * 8), 150, 40), _ => 0, x => x, x => x)).ShouldHaveSingleItem().ShouldStartWith("memory of worker-1");
        SoakVerdict.Of(Samples(x => new ProgramSample(1, 200, 150 + (x * 5), 40), _ => 0, x => x, x => x)).ShouldHaveSingleItem().ShouldStartWith("handles of worker-1");
        SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), x => x * 4, x => x, x => x)).ShouldHaveSingleItem().ShouldStartWith("rows of compensation");
        SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x, x => (long)x * x * 500_000)).ShouldHaveSingleItem().ShouldStartWith("bytes of logs");
        SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => (long)x * x * 500_000, x => x)).ShouldHaveSingleItem().ShouldStartWith("bytes of tables");
    }

    [Fact]
    public void Should_name_a_Redis_whose_keys_or_memory_grow()
    {
        SoakVerdict.Of(WithRedis(keys: x => x * x * 100, memory: x => x)).ShouldHaveSingleItem().ShouldStartWith("keys of redis-stock");
        SoakVerdict.Of(WithRedis(keys: x => x, memory: x => (long)x * x * 500_000)).ShouldHaveSingleItem().ShouldStartWith("memory of redis-stock");
    }

    [Fact]
    public void Should_call_flat_a_log_that_is_rotated_or_grows_by_much_once()
    {
        SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x, x => (x * 900_000) - (x >= 12 ? 8_000_000 : 0))).ShouldBeEmpty();
        SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x, x => (x * 900_000) + (x >= 25 ? 50_000_000 : 0))).ShouldBeEmpty();
    }

    [Fact]
    public void Should_call_flat_tables_that_grow_in_steps()
        => SoakVerdict.Of(Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x / 4 * 4_000_000, x => x)).ShouldBeEmpty();

    [Fact]
    public void Should_not_count_what_grew_while_warming_up()
        => SoakVerdict.Of(Samples(x => new ProgramSample(1, x < 5 ? 100 : 400, 150, 40), _ => 0, x => x, x => x)).ShouldBeEmpty();

    [Fact]
    public void Should_say_nothing_of_a_program_that_is_another_one_meanwhile()
        => SoakVerdict.Of(Samples(x => new ProgramSample(x < 15 ? 1 : 2, 200, 150, 40), _ => 0, x => x, x => x)).ShouldHaveSingleItem().ShouldContain("started anew");

    [Fact]
    public void Should_ask_for_enough_samples()
        => SoakVerdict.Of([.. Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x, x => x).Take(5)]).ShouldHaveSingleItem().ShouldContain("samples");

    static List<SoakSample> Samples(Func<int, ProgramSample> worker, Func<int, long> rows, Func<int, long> tables, Func<int, long> logs)
        => [.. Enumerable.Range(0, 30).Select(x => new SoakSample(
            x * 20, x * 500, new Dictionary<string, ProgramSample> { ["worker-1"] = worker(x) }, new Dictionary<string, long> { ["compensation"] = rows(x) },
            new Dictionary<string, long> { [SoakSample.Tables] = tables(x), [SoakSample.Logs] = logs(x) }))];

    static List<SoakSample> WithRedis(Func<int, long> keys, Func<int, long> memory) => [.. Samples(_ => new ProgramSample(1, 200, 150, 40), _ => 0, x => x, x => x)
        .Select((sample, x) => sample with { Kept = new Dictionary<string, long> { [SoakSample.KeysOf("redis-stock")] = keys(x), [SoakSample.MemoryOf("redis-stock")] = memory(x) } })];
}
