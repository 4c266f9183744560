using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Delivery_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_deliver_after_a_restart_what_was_raised_while_the_robot_was_down()
    {
        var robot = Keep(new DingTalkServer(Clock));
        var spool = NewSpool();
        var host = await StartAsync(DingTalk(robot), spool);
        await host.Alerts.RaiseAsync(Urgent("mysql", ("error", "refused")));
        await host.Alerts.RaiseAsync(Warning("order-7"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Warning, "did not take"), "an attempt failed");
        await host.DisposeAsync();

        await robot.UpAsync();
        await StartAsync(DingTalk(robot), spool);

        await robot.WaitForAsync(2);
        robot.Texts[0].ShouldContain("mysql");
        robot.Texts[0].ShouldContain("refused");
        robot.Texts[1].ShouldContain("order-7");
        await Eventually.HoldsAsync(() => SpooledFiles(spool).Length == 0, "nothing is left on disk");
    }

    [Fact]
    public async Task Should_deliver_once_the_robot_is_back_without_a_restart()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var host = await StartAsync(DingTalk(robot));
        await robot.DownAsync();
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Warning, "failure 3"), "attempts failed");

        await robot.UpAsync();
        await Clock.RunUntilAsync(() => robot.Taken.Count == 1, "it came", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Should_not_let_a_hanging_robot_delay_other_channels_or_the_caller()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var hook = await UpAsync(new WebhookServer());
        robot.Fault = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var host = await StartAsync(new(DingTalk(robot).Concat(Webhook(hook))) { ["Channels:ding:TimeoutSeconds"] = "10" });

        // The clock stands still: the robot's time-out can't end, so whatever comes through did not wait for it.
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Eventually.HoldsAsync(() => robot.Calls == 1, "the robot was called");
        await host.Alerts.RaiseAsync(Urgent("kafka"));
        await hook.WaitForAsync(2);
        robot.Calls.ShouldBe(1);

        robot.Fault = null;
        await Clock.RunUntilAsync(() => robot.Texts.Any(x => x.Contains("mysql")) && robot.Texts.Any(x => x.Contains("kafka")), "the robot got both");
        host.Log.Has(LogLevel.Warning, "no answer within 10 s").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_back_off_longer_with_each_failure_up_to_the_limit()
    {
        var hook = await UpAsync(new WebhookServer());
        var calls = new List<DateTimeOffset>();
        hook.Fault = context =>
        {
            lock (calls)
                calls.Add(Clock.GetUtcNow());
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        var host = await StartAsync(new(Webhook(hook)) { ["RetryBaseMilliseconds"] = "4000", ["RetryMaxSeconds"] = "60" });
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Warning, "failure 7"), "seven attempts failed", TimeSpan.FromSeconds(60));

        var pauses = host.Log.All.Where(x => x.Text.Contains("next attempt in"))
            .Select(x => TimeSpan.Parse(x.Text.Split("next attempt in ")[1].Split(": ")[0], System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        double[] longest = [4, 8, 16, 32, 60, 60, 60];
        pauses.Count.ShouldBe(7);
        for (var i = 0; i < pauses.Count; i++)
            pauses[i].TotalSeconds.ShouldBeInRange(longest[i] * 0.75, longest[i]);
        lock (calls)
            (calls[^1] - calls[0]).TotalSeconds.ShouldBeGreaterThan(120, "the pauses are kept");
    }

    [Fact]
    public async Task Should_route_by_severity()
    {
        var all = await UpAsync(new WebhookServer());
        var night = await UpAsync(new WebhookServer());
        var host = await StartAsync(new(Webhook(all, "all").Concat(Webhook(night, "night")))
        {
            ["Routes:Warning:0"] = "all",
            ["Routes:urgent:0"] = "ALL",
            ["Routes:urgent:1"] = "night",
        });

        await host.Alerts.RaiseAsync(Warning("order-1"));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await all.WaitForAsync(2);
        await night.WaitForAsync(1);
        night.Keys.ShouldBe(["mysql"]);
    }

    [Fact]
    public async Task Should_only_log_what_is_routed_to_the_log()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(new(Webhook(hook)) { ["Routes:Warning:0"] = "log" });

        await host.Alerts.RaiseAsync(Warning("order-1"));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await hook.WaitForAsync(1);
        hook.Keys.ShouldBe(["mysql"]);
        host.Log.Has(LogLevel.Warning, "order-1").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_accept_and_log_everything_without_channels_and_say_so_once()
    {
        var spool = NewSpool();
        var host = await StartAsync([], spool);

        await host.Alerts.RaiseAsync(Urgent("mysql", ("error", "refused")));
        await Eventually.HoldsAsync(() => host.Log.Has(LogLevel.Information, "Alerts:Channels is empty"), "the start says so");
        host.Log.All.Count(x => x.Text.Contains("Alerts:Channels is empty")).ShouldBe(1);
        host.Log.Has(LogLevel.Warning, "A dependency is down: mysql error=refused").ShouldBeTrue();
        Directory.Exists(spool).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_never_throw_at_the_caller()
    {
        var hook = await UpAsync(new WebhookServer());
        // A folder that can't be made: its parent is a file.
        var file = Path.Combine(Folder, "file");
        await File.WriteAllTextAsync(file, "");
        var host = await StartAsync(Webhook(hook), Path.Combine(file, "spool"));

        await host.Alerts.RaiseAsync(null!);
        await host.Alerts.RaiseAsync(Urgent("mysql") with { Facts = null! });
        await host.Alerts.RaiseAsync(Urgent("kafka"), new CancellationToken(canceled: true));

        await hook.WaitForAsync(2);
        hook.Keys.ShouldBe(["mysql", "kafka"], "they are told from memory when the disk takes nothing");
        host.Log.Has(LogLevel.Error, "can't be kept on disk").ShouldBeTrue();
    }

    internal static string[] SpooledFiles(string spool) => Directory.GetFiles(spool, "*.json", SearchOption.AllDirectories);
}
