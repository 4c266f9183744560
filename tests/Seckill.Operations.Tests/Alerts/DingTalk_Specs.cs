using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class DingTalk_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_send_signed_markdown_with_keyword_and_mentions()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var host = await StartAsync(new(DingTalk(robot))
        {
            ["Language"] = "zh",
            ["Channels:ding:AtMobiles:0"] = "13800001111",
            ["Channels:ding:AtAll"] = "true",
        });

        await host.Alerts.RaiseAsync(Urgent("redis-stock", ("错误", "连接被拒绝")));
        await robot.WaitForAsync(1);

        robot.Refused.ShouldBeEmpty();
        var at = robot.Taken[0].GetProperty("at");
        at.GetProperty("isAtAll").GetBoolean().ShouldBeTrue();
        at.GetProperty("atMobiles").EnumerateArray().Select(x => x.GetString()).ShouldBe(["13800001111"]);
        var text = robot.Texts[0];
        text.ShouldContain("依赖服务不可用:redis-stock");
        text.ShouldContain("**错误**: 连接被拒绝");
        text.ShouldContain("2026-11-11 10:00:00 (北京时间)");
        text.ShouldContain("`docs/runbook.md#dependency_down`");
        text.ShouldEndWith("@13800001111");
    }

    [Fact]
    public async Task Should_not_mention_people_for_a_warning_or_for_news_that_it_is_over()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var host = await StartAsync(new(DingTalk(robot)) { ["Channels:ding:AtMobiles:0"] = "13800001111", ["Channels:ding:AtAll"] = "true" });

        await host.Alerts.RaiseAsync(Warning("1"));
        await host.Alerts.RaiseAsync(Urgent("redis-stock") with { IsResolved = true });
        await robot.WaitForAsync(2);

        robot.Taken.ShouldAllBe(x => !x.GetProperty("at").GetProperty("isAtAll").GetBoolean());
        robot.Texts.ShouldAllBe(x => !x.Contains('@'));
        robot.Texts.ShouldContain(x => x.Contains("Resolved") && x.Contains("orders that waited go on"));
    }

    [Fact]
    public async Task Should_say_in_the_log_that_the_secret_is_wrong_without_showing_secrets_and_deliver_once_it_is_right()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var spool = NewSpool();
        var host = await StartAsync(new(DingTalk(robot)) { ["Channels:ding:Secret"] = "SECother" }, spool);

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "configured wrongly"), "the log tells of the fault");

        host.Log.All.ShouldContain(x => x.Level == LogLevel.Error && x.Text.Contains("310000") && x.Text.Contains("Secret"));
        host.Log.Text.ShouldNotContain(DingTalkServer.Token);
        host.Log.Text.ShouldNotContain("SECother");
        robot.Taken.ShouldBeEmpty();

        await host.DisposeAsync();
        await StartAsync(DingTalk(robot), spool);
        await robot.WaitForAsync(1);
        robot.Texts[0].ShouldContain("mysql");
    }

    [Fact]
    public async Task Should_count_200_with_another_errcode_as_a_failure_and_try_again()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        robot.Fault = context => RobotServer.AnswerAsync(context, -1, "system busy");
        var host = await StartAsync(DingTalk(robot));

        await host.Alerts.RaiseAsync(Urgent("kafka"));
        await Clock.RunUntilAsync(() => robot.Calls >= 3, "it is tried again");
        robot.Fault = null;
        await Clock.RunUntilAsync(() => robot.Taken.Count == 1, "the robot took it");
    }

    [Theory]
    [InlineData("<html>gateway</html>")]
    [InlineData("{}")]
    [InlineData("{\"errcode\":\"0\"}")]
    [InlineData("[0]")]
    public async Task Should_not_take_a_200_without_errcode_for_success(string answer)
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        robot.Fault = context => context.Response.WriteAsync(answer);
        var host = await StartAsync(DingTalk(robot));

        await host.Alerts.RaiseAsync(Urgent("kafka"));
        await Clock.RunUntilAsync(() => robot.Calls >= 2, "it is tried again");
        robot.Fault = null;
        await Clock.RunUntilAsync(() => robot.Taken.Count == 1, "the robot took it");
    }

    [Fact]
    public async Task Should_cut_a_long_text_below_the_limit_and_keep_keyword_and_mention()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var host = await StartAsync(new(DingTalk(robot)) { ["Channels:ding:AtMobiles:0"] = "13800001111" });

        await host.Alerts.RaiseAsync(Urgent("mysql", [.. Enumerable.Range(0, 40).Select(x => ($"事实{x}", new string('长', 5000)))]));
        await robot.WaitForAsync(1);

        robot.Refused.ShouldBeEmpty();
        robot.Texts[0].ShouldContain(DingTalkServer.Keyword);
        robot.Texts[0].ShouldEndWith("…\n\n@13800001111");
        Encoding.UTF8.GetByteCount(robot.Texts[0]).ShouldBeGreaterThan(15_000);
    }

    [Fact]
    public async Task Should_report_a_token_that_the_robot_does_not_know()
    {
        var robot = await UpAsync(new DingTalkServer(Clock));
        var host = await StartAsync(new(DingTalk(robot)) { ["Channels:ding:Url"] = robot.Address + "/robot/send?access_token=unknown" });

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "names no robot in use"), "the log tells of the fault");
    }
}
