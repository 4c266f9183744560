using System.Text;

using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class WeCom_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_send_markdown_with_mentions_in_the_text()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(new(WeCom(robot))
        {
            ["Channels:wecom:MentionUserIds:0"] = "zhangsan",
            ["Channels:wecom:MentionUserIds:1"] = "li.si",
            ["RunbookUrl"] = "https://wiki.example.com/runbook",
        });

        await host.Alerts.RaiseAsync(Urgent("mysql", ("error", "Connection refused")));
        await robot.WaitForAsync(1);

        robot.Refused.ShouldBeEmpty();
        robot.Texts[0].ShouldContain("A dependency is down: mysql");
        robot.Texts[0].ShouldContain("**error**: Connection refused");
        robot.Texts[0].ShouldContain("2026-11-11 02:00:00 UTC");
        robot.Texts[0].ShouldContain("[Runbook](https://wiki.example.com/runbook#dependency_down)");
        robot.Texts[0].ShouldEndWith("\n<@zhangsan><@li.si>");
    }

    [Fact]
    public async Task Should_not_mention_people_for_a_warning_or_for_news_that_it_is_over()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(new(WeCom(robot)) { ["Channels:wecom:MentionUserIds:0"] = "zhangsan" });

        await host.Alerts.RaiseAsync(Warning("1"));
        await host.Alerts.RaiseAsync(Urgent("mysql") with { IsResolved = true });
        await robot.WaitForAsync(2);
        robot.Texts.ShouldAllBe(x => !x.Contains('@'));
    }

    [Theory]
    [InlineData("长")]
    [InlineData("a")]
    [InlineData("👨‍👩‍👧")]
    public async Task Should_use_the_limit_of_4096_bytes_and_cut_between_characters(string character)
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(new(WeCom(robot)) { ["Language"] = "zh", ["Channels:wecom:MentionUserIds:0"] = "zhangsan" });

        await host.Alerts.RaiseAsync(Urgent("mysql", [.. Enumerable.Range(0, 10).Select(x => ($"f{x}", string.Concat(Enumerable.Repeat(character, 2000))))]));
        await robot.WaitForAsync(1);

        robot.Refused.ShouldBeEmpty();
        var text = robot.Texts[0];
        Encoding.UTF8.GetByteCount(text).ShouldBeInRange(4060, 4096);
        text.ShouldEndWith("…\n<@zhangsan>");
        text.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task Should_report_a_key_that_the_robot_does_not_know_and_not_log_it()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(new(WeCom(robot)) { ["Channels:wecom:Url"] = robot.Address + "/cgi-bin/webhook/send?key=f00ba4" });

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "93000"), "the log tells of the fault");
        host.Log.Text.ShouldNotContain("f00ba4");
    }

    [Fact]
    public async Task Should_neither_mention_people_nor_mark_anything_up_for_a_fact()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var host = await StartAsync(WeCom(robot));

        await host.Alerts.RaiseAsync(Warning(
            "o-1 <@all>",
            ("error", "<@all> @13800002222 [click](https://evil.example/x) **bold**\n# title\n> quote <font color=\"warning\">x</font> `code`"),
            ("<@zhangsan>", "\u202Egnp.exe &lt;@all&gt;"),
            ("code", "ER_LOCK_DEADLOCK")));
        await robot.WaitForAsync(1);

        var text = robot.Texts[0];
        text.ShouldNotContain("<");
        text.ShouldNotContain("@");
        text.ShouldNotContain("](");
        text.ShouldNotContain("://");
        text.ShouldNotContain("&");
        text.ShouldNotContain("\u202E");
        text.ShouldNotContain("**bold**");
        text.Split('\n').ShouldNotContain(x => x.StartsWith("# ", StringComparison.Ordinal));
        text.Split('\n').Count(x => x.StartsWith('>')).ShouldBe(1, "only the line of what to do is a quotation");
        text.ShouldContain("**code**: ER_LOCK_DEADLOCK");
        text.ShouldContain("click");
    }
}
