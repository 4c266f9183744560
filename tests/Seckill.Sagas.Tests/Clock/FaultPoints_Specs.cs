using System.Diagnostics;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Seckill.Sagas.Faults;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

public class FaultPoints_Specs
{
    readonly List<string> _crashes = [];

    [Fact]
    public void Should_complete_at_once_when_nothing_is_armed()
    {
        var pass = FaultPoints.None.PassAsync(FaultPointNames.AfterDecision).AsTask();

        pass.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_crash_at_the_pass_asked_for_and_at_no_other()
    {
        var faults = Arm("crash:3");

        for (var pass = 1; pass <= 5; pass++)
        {
            await faults.PassAsync(FaultPointNames.AfterDecision);
            await faults.PassAsync(FaultPointNames.AfterRedisCommit);
            _crashes.Count.ShouldBe(pass < 3 ? 0 : 1);
        }

        _crashes.ShouldBe([FaultPointNames.AfterDecision]);
    }

    [Fact]
    public async Task Should_throw_for_as_many_passes_as_asked_for()
    {
        var faults = Arm("throw:2");

        (await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(FaultPointNames.AfterDecision)))
            .Point.ShouldBe(FaultPointNames.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(FaultPointNames.AfterDecision));
        await faults.PassAsync(FaultPointNames.AfterDecision);
    }

    [Fact]
    public async Task Should_hesitate()
    {
        var clock = Stopwatch.StartNew();

        await Arm("delay:50").PassAsync(FaultPointNames.AfterDecision);

        clock.ElapsedMilliseconds.ShouldBeGreaterThanOrEqualTo(49);
    }

    [Theory]
    [InlineData("crash", FaultKind.Crash, 1)]
    [InlineData("crash:7", FaultKind.Crash, 7)]
    [InlineData("throw", FaultKind.Throw, long.MaxValue)]
    [InlineData("throw:2", FaultKind.Throw, 2)]
    [InlineData("delay:250", FaultKind.Delay, 250)]
    public void Should_read_a_setting(string text, FaultKind kind, long argument)
    {
        FaultSetting.TryParse("p", text, out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting("p", kind, argument)]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("explode")]
    [InlineData("crash:")]
    [InlineData("crash:0")]
    [InlineData("crash:-1")]
    [InlineData("throw:x")]
    [InlineData("delay")]
    [InlineData("delay:1:2")]
    public void Should_not_read_what_is_no_setting(string? text)
    {
        FaultSetting.TryParse("p", text, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_stop_the_start_in_Production()
    {
        using var host = HostWith("Production", ("FaultPoints:after-decision", "crash"));

        var refused = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync());

        refused.Message.ShouldContain("FaultPoints:after-decision");
        refused.Message.ShouldContain("Production");
    }

    [Theory]
    [InlineData("FaultPoints:after-lunch", "crash", "after-decision")]
    [InlineData("FaultPoints:after-decision", "explode", "delay:<milliseconds>")]
    [InlineData("FaultPoints:after-decision", "throw:3@", "@<prefix>")]
    [InlineData("FaultPoints:before-mysql-commit", "throw:3@fail-", "after-redis-prepare")]
    [InlineData("FaultPoints:counts-directory", " ", "folder")]
    public async Task Should_stop_the_start_over_a_point_or_fault_that_is_unknown_and_say_what_is_allowed(string key, string value, string allowed)
    {
        using var host = HostWith("Development", (key, value));

        var refused = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync());

        refused.Message.ShouldContain(key);
        refused.Message.ShouldContain(allowed);
    }

    [Fact]
    public async Task Should_start_in_Production_with_none_on()
    {
        using var host = HostWith("Production");

        await host.StartAsync();
        await host.Services.GetRequiredService<FaultPoints>().PassAsync(FaultPointNames.AfterDecision);
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_arm_what_the_configuration_says()
    {
        using var host = HostWith("Development", ("FaultPoints:after-redis-commit", "throw"));

        var faults = host.Services.GetRequiredService<FaultPoints>();

        await faults.PassAsync(FaultPointNames.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(FaultPointNames.AfterRedisCommit));
    }

    [Fact]
    public void Should_list_every_point_in_the_documentation()
    {
        var listed = File.ReadLines(Path.Combine(Checkout.Root, "docs", "fault-points.md"))
            .Where(x => x.StartsWith("| `", StringComparison.Ordinal)).Select(x => x.Split('`')[1]);

        listed.Where(x => x.Contains('-', StringComparison.Ordinal)).ShouldBe(FaultPointNames.All, ignoreOrder: true);
    }

    FaultPoints Arm(string fault) => ArmedFaults.At(FaultPointNames.AfterDecision, fault, _crashes);

    static IHost HostWith(string environment, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.Select(x => KeyValuePair.Create<string, string?>(x.Key, x.Value)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddFaultPoints();
        return builder.Build();
    }
}
