using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Limits_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_count_repeats_within_the_window_and_tell_the_number_with_the_next()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(new(Webhook(hook)) { ["DeduplicationSeconds"] = "60" });

        for (var i = 0; i < 4; i++)
            await host.Alerts.RaiseAsync(Urgent("mysql"));
        await host.Alerts.RaiseAsync(Urgent("kafka"));
        await hook.WaitForAsync(2);
        Clock.Advance(TimeSpan.FromSeconds(61));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await hook.WaitForAsync(3);

        hook.Keys.ShouldBe(["mysql", "kafka", "mysql"]);
        hook.Alerts.Select(x => x.GetProperty("repeats").GetInt64()).ShouldBe([0, 0, 3]);
        hook.Taken[2].GetProperty("text").GetString()!.ShouldContain("3 more of the same were not told one by one");
    }

    [Fact]
    public async Task Should_let_news_pass_that_it_is_over_and_begin_again_after_it()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(Webhook(hook));

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await host.Alerts.RaiseAsync(Urgent("mysql") with { IsResolved = true });
        await host.Alerts.RaiseAsync(Urgent("mysql") with { IsResolved = true });
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await hook.WaitForAsync(3);

        hook.Alerts.Select(x => x.GetProperty("resolved").GetBoolean()).ShouldBe([false, true, false]);
        hook.Alerts.Select(x => x.GetProperty("repeats").GetInt64()).ShouldBe([0, 1, 1]);
    }

    [Fact]
    public async Task Should_tell_the_same_key_of_another_kind()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(Webhook(hook));

        await host.Alerts.RaiseAsync(Urgent("7"));
        await host.Alerts.RaiseAsync(Warning("7"));
        await hook.WaitForAsync(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_never_exceed_the_robots_limit_and_tell_the_rest_in_a_digest(bool wecom)
    {
        RobotServer robot = wecom ? new WeComServer(Clock) : new DingTalkServer(Clock);
        await UpAsync(robot);
        var host = await StartAsync(robot is WeComServer server ? WeCom(server) : DingTalk((DingTalkServer)robot));

        for (var i = 0; i < RobotServer.MessagesPerMinute; i++)
        {
            await host.Alerts.RaiseAsync(Warning($"order-{i}"));
            await robot.WaitForAsync(i + 1);
        }

        for (var i = RobotServer.MessagesPerMinute; i < 50; i++)
            await host.Alerts.RaiseAsync(Warning($"order-{i}"));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => robot.Taken.Count > RobotServer.MessagesPerMinute, "the digest came", TimeSpan.FromSeconds(60));

        robot.Refused.ShouldBeEmpty("the robot never had to say that it was too fast");
        robot.Taken.Count.ShouldBe(RobotServer.MessagesPerMinute + 1);
        var texts = robot is WeComServer ? ((WeComServer)robot).Texts : ((DingTalkServer)robot).Texts;
        var digest = texts[^1];
        digest.ShouldContain("31 alerts");
        digest.ShouldContain("**An order is in the dead-letter topic**: ");
        digest.ShouldContain("10. ");
        digest.ShouldNotContain("11. ");
        digest.ShouldContain("21 more are in the logs.");
    }

    [Fact]
    public async Task Should_name_urgent_alerts_first_in_a_digest()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(new(WeCom(robot)) { ["Channels:wecom:MessagesPerMinute"] = "1", ["Channels:wecom:MentionUserIds:0"] = "zhangsan" });

        await host.Alerts.RaiseAsync(Warning("first"));
        await robot.WaitForAsync(1);
        for (var i = 0; i < 30; i++)
            await host.Alerts.RaiseAsync(Warning($"order-{i}"));
        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => robot.Taken.Count == 2, "the digest came", TimeSpan.FromSeconds(60));

        robot.Texts[1].Split('\n').ShouldContain(x => x.StartsWith("1. ", StringComparison.Ordinal) && x.Contains("mysql"));
        robot.Texts[1].ShouldEndWith("<@zhangsan>");
    }

    [Fact]
    public async Task Should_rest_and_then_send_a_digest_when_the_robot_says_that_it_is_called_too_often()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        robot.Fault = context => RobotServer.AnswerAsync(context, 130101, "send too fast, exceed 20 times per minute");
        var host = await StartAsync(DingTalk(robot));

        await host.Alerts.RaiseAsync(Warning("order-1"));
        await Seckill.TestSupport.Eventually.HoldsAsync(() => robot.Calls == 1, "the robot was called");
        await host.Alerts.RaiseAsync(Warning("order-2"));
        await Seckill.TestSupport.Eventually.HoldsAsync(() => host.Log.All.Any(x => x.Text.Contains("rate_limited") && x.Text.Contains("00:10:00")), "it rests for as long as the ban lasts");
        robot.Fault = null;
        var start = Clock.GetUtcNow();
        await Clock.RunUntilAsync(() => robot.Taken.Count > 0, "the digest came", step: TimeSpan.FromSeconds(10));

        (Clock.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(10));
        robot.Taken.Count.ShouldBe(1);
        robot.Texts[0].ShouldContain("2 alerts");
    }

    [Fact]
    public async Task Should_send_one_by_one_what_a_receiver_refuses_as_a_digest()
    {
        var hook = await UpAsync(new WebhookServer { RefusesDigests = true });
        var host = await StartAsync(new(Webhook(hook)) { ["Channels:hook:MessagesPerMinute"] = "1", ["RetryMaxSeconds"] = "5" });
        await host.Alerts.RaiseAsync(Warning("order-0"));
        await hook.WaitForAsync(1);
        await host.Alerts.RaiseAsync(Warning("order-1"));
        await host.Alerts.RaiseAsync(Warning("order-2"));
        await Seckill.TestSupport.Eventually.HoldsAsync(() => host.Log.All.Any(x => x.Text.Contains("reached its limit")), "they are held back");

        await Clock.RunUntilAsync(() => hook.Keys.Count == 3, "both came", TimeSpan.FromSeconds(60));
        hook.Refused.ShouldBe(["digest"]);
        hook.Keys.ShouldBe(["order-0", "order-1", "order-2"]);
    }

    [Fact]
    public async Task Should_not_limit_a_channel_whose_limit_is_zero()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(Webhook(hook));
        for (var i = 0; i < 60; i++)
        {
            await host.Alerts.RaiseAsync(Warning($"order-{i}"));
            await hook.WaitForAsync(i + 1);
        }

        hook.Taken.Count.ShouldBe(60);
    }
}
