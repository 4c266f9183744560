using System.Globalization;

using Microsoft.Extensions.Configuration;

using Seckill.Cli;
using Seckill.Fuzz.Run;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>A small part of what <c>./seckill fuzz</c> tries, on a system of its own. SECKILL_SEED chooses other inputs.</summary>
[Collection(SystemCollection.Name)]
public sealed class Fuzz_Specs
{
    [Fact]
    public async Task Should_find_nothing()
    {
        await using var system = await RunningSystem.StartAsync(
            ("RateLimits__BuyerPerSecond", "1000000"), ("RateLimits__AnonymousPerSecond", "1000000"), ("RateLimits__AnonymousBurst", "1000000"),
            ("Compensation__MaxRetries", "1"), ("Compensation__RetryDelaySeconds__0", "1"), ("Compensation__DeadLetterMaxRetries", "1"),
            ("Compensation__DeadLetterDelaySeconds", "0"));
        var worker = await system.StartWorkerAsync();
        await worker.WaitUntilReadyAsync();
        await system.Api.WaitUntilReadyAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(system.Settings.Select(x => KeyValuePair.Create(x.Key.Replace("__", ":", StringComparison.Ordinal), (string?)x.Value))).Build();
        await using var services = ToolServices.Build(configuration);
        var options = new FuzzOptions
        {
            Api = system.Api.Address,
            Seed = int.Parse(Environment.GetEnvironmentVariable("SECKILL_SEED") ?? "1", CultureInfo.InvariantCulture),
            Inputs = 8_000,
            Starts = 0,
        };
        var said = new StringWriter();
        var findings = new Findings(options.Seed, null, said);

        var results = await FuzzCommand.RunAsync(new FuzzRun(options, services, findings, said), FuzzCommand.Parts(), CancellationToken.None);

        findings.Count.ShouldBe(0, said.ToString());
        results.Sum(x => x.Inputs).ShouldBeGreaterThan(7_900);
        results.ShouldAllBe(x => x.Inputs > 0);
        worker.IsRunning.ShouldBeTrue();
        system.Api.IsRunning.ShouldBeTrue();
    }
}
