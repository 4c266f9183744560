using System.Diagnostics;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Faults;

public class FaultPoints_Specs
{
    readonly List<string> _crashes = [];

    [Fact]
    public void Should_complete_at_once_when_nothing_is_armed()
    {
        var pass = FaultPoints.None.PassAsync(KnownPoints.AfterDecision).AsTask();

        pass.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_crash_at_the_pass_asked_for_and_at_no_other()
    {
        var faults = Arm("crash:3");

        for (var pass = 1; pass <= 5; pass++)
        {
            await faults.PassAsync(KnownPoints.AfterDecision);
            await faults.PassAsync(KnownPoints.AfterRedisCommit);
            _crashes.Count.ShouldBe(pass < 3 ? 0 : 1);
        }

        _crashes.ShouldBe([KnownPoints.AfterDecision.Name]);
    }

    [Fact]
    public async Task Should_throw_for_as_many_passes_as_asked_for()
    {
        var faults = Arm("throw:2");

        (await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision)))
            .Point.ShouldBe(KnownPoints.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));
        await faults.PassAsync(KnownPoints.AfterDecision);
    }

    [Fact]
    public async Task Should_lose_a_reply_as_a_time_out()
    {
        var faults = Arm("lost:at2");

        await faults.PassAsync(KnownPoints.AfterDecision);
        TimeoutException lost = await Should.ThrowAsync<LostReplyException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));
        lost.Message.ShouldContain("after-decision");
        await faults.PassAsync(KnownPoints.AfterDecision);
    }

    [Fact]
    public async Task Should_hesitate()
    {
        var clock = Stopwatch.StartNew();

        await Arm("delay:50").PassAsync(KnownPoints.AfterDecision);

        clock.ElapsedMilliseconds.ShouldBeGreaterThanOrEqualTo(49);
    }

    [Fact]
    public async Task Should_say_once_that_it_hesitates()
    {
        var lines = new Lines();
        FaultSetting.TryParse(KnownPoints.AfterDecision, "delay:1", out var settings).ShouldBeTrue();
        var faults = new FaultPoints(settings, 0, new RememberedPasses(), TimeProvider.System, lines, _crashes.Add);
        lines.Clear();

        await faults.PassAsync(KnownPoints.AfterDecision);
        await faults.PassAsync(KnownPoints.AfterDecision);

        lines.ShouldHaveSingleItem().ShouldStartWith("Fault point after-decision delays pass 1");
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
    [InlineData("FaultPoints:after-decision", "throw:p2", ":p<probability>")]
    [InlineData("FaultPoints:before-mysql-commit", "throw:3@fail-", "after-redis-prepare")]
    [InlineData("FaultPoints:before-mysql-commit", "lost", "after-mysql-commit")]
    [InlineData("FaultPoints:seed", "-1", "0 to 9223372036854775807")]
    [InlineData("FaultPoints:counts-directory", " ", "folder")]
    [InlineData("FaultPoints:file", " ", "path of a file")]
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
        await host.Services.GetRequiredService<FaultPoints>().PassAsync(KnownPoints.AfterDecision);
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_arm_what_the_configuration_says()
    {
        using var host = HostWith("Development", ("FaultPoints:after-redis-commit", "throw"));

        var faults = host.Services.GetRequiredService<FaultPoints>();

        await faults.PassAsync(KnownPoints.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterRedisCommit));
    }

    [Fact]
    public async Task Should_take_the_seed_from_the_configuration()
    {
        var expected = ArmedFaults.At(KnownPoints.AfterDecision, "crash:p0.5", _crashes, seed: 42);
        using var host = HostWith("Development", ("FaultPoints:after-decision", "throw:p0.5"), ("FaultPoints:seed", "42"));
        var faults = host.Services.GetRequiredService<FaultPoints>();

        for (var pass = 0; pass < 50; pass++)
        {
            var before = _crashes.Count;
            await expected.PassAsync(KnownPoints.AfterDecision);
            if (_crashes.Count > before)
                await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));
            else
                await faults.PassAsync(KnownPoints.AfterDecision);
        }
    }

    [Fact]
    public async Task Should_arm_and_disarm_what_a_file_says_while_it_runs()
    {
        using var file = new PointsFile();
        using var host = HostWith("Development", ("FaultPoints:after-redis-commit", "throw"), ("FaultPoints:file", file.Path));
        var faults = host.Services.GetRequiredService<FaultPoints>();
        await host.StartAsync();

        await file.WriteAsync("after-decision = throw:1\nafter-redis-commit = delay:1\n");
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));
        await faults.PassAsync(KnownPoints.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterRedisCommit));

        await file.WriteAsync("after-decision = throw:1");
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));

        await file.WriteAsync("after-decision = throw\n");
        await file.WriteAsync("");
        await faults.PassAsync(KnownPoints.AfterDecision);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterRedisCommit));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("after-lunch = throw")]
    [InlineData("after-redis-commit")]
    [InlineData("after-redis-commit = explode")]
    [InlineData("before-mysql-commit = lost")]
    public async Task Should_stay_with_what_was_armed_when_a_text_cannot_be_read(string line)
    {
        using var written = new PointsFile();
        await written.WriteTextAsync("");
        var faults = ArmedFaults.At(KnownPoints.AfterRedisCommit, "throw", _crashes);
        using var file = new FaultPointsFile(written.Path, faults, TimeProvider.System, NullLogger<FaultPointsFile>.Instance);
        file.Arm("after-decision = throw");

        file.Arm("after-prepared = throw\n" + line);

        await faults.PassAsync(KnownPoints.AfterPrepared);
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterDecision));
        await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(KnownPoints.AfterRedisCommit));
    }

    [Fact]
    public void Should_count_as_on_when_a_file_may_arm_points_later()
    {
        using var host = HostWith("Development", ("FaultPoints:file", "armed-points"));

        host.Services.GetRequiredService<FaultPoints>().AreOn.ShouldBeTrue();
    }

    [Fact]
    public void Should_add_one_object_however_often_it_is_asked_to()
    {
        var services = new ServiceCollection();

        services.AddFaultPoints().AddFaultPoints();

        services.Count(x => x.ServiceType == typeof(FaultPoints)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_cost_no_memory_when_nothing_or_something_else_is_armed()
    {
        (await AllocatedByAsync(FaultPoints.None)).ShouldBe(0);
        (await AllocatedByAsync(ArmedFaults.At(KnownPoints.AfterPrepared, "throw", _crashes))).ShouldBe(0);
    }

    static async Task<long> AllocatedByAsync(FaultPoints faults)
    {
        var order = Guid.NewGuid();
        for (var round = 0; ; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var pass = 0; pass < 1000; pass++)
            {
                await faults.PassAsync(KnownPoints.AfterDecision);
                await faults.PassAsync(KnownPoints.AfterRedisCommit, order, "alice");
            }

            // The first round pays for what is made once.
            if (round > 0)
                return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    FaultPoints Arm(string fault) => ArmedFaults.At(KnownPoints.AfterDecision, fault, _crashes);

    static IHost HostWith(string environment, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.Select(x => KeyValuePair.Create<string, string?>(x.Key, x.Value)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddFaultPoints();
        return builder.Build();
    }

    /// <summary>A file of points, and what this process says it has done of it.</summary>
    sealed class PointsFile : IDisposable
    {
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seckill-points-");

        /// <summary>In a folder that is made with the first text.</summary>
        public string Path => System.IO.Path.Combine(_folder.FullName, "points", "armed-points");

        /// <summary>Returns when the process has done what it says.</summary>
        public async Task WriteAsync(string text)
        {
            await WriteTextAsync(text);
            var answer = Path + "." + Environment.ProcessId;
            await Eventually.HoldsAsync(() => File.Exists(answer) && File.ReadAllText(answer) == text, $"'{text}' is armed");
        }

        public Task WriteTextAsync(string text)
        {
            _folder.CreateSubdirectory("points");
            return File.WriteAllTextAsync(Path, text);
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }

    sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Add(formatter(state, exception));
    }
}
