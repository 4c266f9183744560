using System.Globalization;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Cli;
using Seckill.Fuzz.Configuration;
using Seckill.Fuzz.Lua;
using Seckill.Fuzz.Run;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Fuzz;

/// <summary>A few of the inputs of <c>./seckill fuzz</c>: those that need no running system. SECKILL_SEED chooses others.</summary>
public sealed class Fuzz_Specs
{
    const string Password = "of the tests";

    [Fact]
    public async Task Should_find_nothing_in_scripts_and_settings()
    {
        await using var redis = await RedisServer.StartAsync();
        var port = redis.Port.ToString(CultureInfo.InvariantCulture);
        await using var services = ToolServices.Build(
            new ConfigurationBuilder().AddInMemoryCollection([new("Redis:Stock:Port", port), new("Redis:Stock:Password", Password)]).Build());
        await RequirePasswordAsync(redis);
        var options = new FuzzOptions
        {
            Api = new Uri("http://127.0.0.1:1"),
            Seed = int.Parse(Environment.GetEnvironmentVariable("SECKILL_SEED") ?? "1", CultureInfo.InvariantCulture),
            Inputs = 8_000,
            Starts = 0,
        };
        var said = new StringWriter();
        var findings = new Findings(options.Seed, null, said);

        var results = await FuzzCommand.RunAsync(
            new FuzzRun(options, services, findings, said), [new LuaPart(), new ConfigurationPart()], CancellationToken.None);

        findings.Count.ShouldBe(0, said.ToString());
        results.Select(x => x.Name).ShouldBe(["lua", "configuration"]);
        results.Sum(x => x.Inputs).ShouldBeGreaterThan(7_900);
    }

    [Fact]
    public async Task Should_call_it_a_finding_when_a_part_breaks_off_and_go_on_with_the_next()
    {
        await using var services = ToolServices.Build(new ConfigurationBuilder().Build());
        var findings = new Findings(1, null, new StringWriter());
        var options = new FuzzOptions { Api = new Uri("http://127.0.0.1:1"), Seed = 1, Inputs = 100, Starts = 0 };

        var results = await FuzzCommand.RunAsync(
            new FuzzRun(options, services, findings, new StringWriter()), [new Breaking(), new Breaking()], CancellationToken.None);

        results.Count.ShouldBe(2);
        findings.Count.ShouldBe(2);
        findings.Kept.First().What.ShouldBe("The part broke off with the inputs from 20 on, before 30: IOException: gone");
    }

    sealed class Breaking() : FuzzPart("breaking", 1)
    {
        public override bool NeedsSales => false;

        protected override int Chunk => 10;

        protected override Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
            => index == 25 ? throw new IOException("gone") : Task.CompletedTask;
    }

    /// <summary>As the servers of the command do.</summary>
    static async Task RequirePasswordAsync(RedisServer redis)
    {
        await using var connections = new RedisConnections(
            Options.Create(new RedisOptions { Stock = new RedisEndpoint { Port = redis.Port } }), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        await (await connections.Stock.DatabaseAsync()).ExecuteAsync("CONFIG", "SET", "requirepass", Password);
    }
}
