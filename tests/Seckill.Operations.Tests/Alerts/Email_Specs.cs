using System.Globalization;

using Microsoft.Extensions.Logging;

using MimeKit;

using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Email_Specs : AlertsFixture
{
    readonly MailServer _server;

    public Email_Specs() => _server = Keep(new MailServer());

    [Fact]
    public async Task Should_send_a_mail_in_chinese_to_all_receivers()
    {
        var host = await StartAsync(new(Settings()) { ["Language"] = "zh", ["Channels:mail:User"] = "robot", ["Channels:mail:Password"] = "pass-8812" });

        await host.Alerts.RaiseAsync(Urgent("mysql\r\nBcc: everybody@example.com", ("错误", "连接被拒绝\n.\nQUIT")));
        await Seckill.TestSupport.Eventually.HoldsAsync(() => _server.Mails.Count == 1, "a mail came");

        var (from, to, data) = _server.Mails.First();
        from.ShouldContain("<alerts@seckill.test>");
        to.Count.ShouldBe(2);
        var mail = await MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(data)));
        mail.Subject.ShouldBe("[紧急] 依赖服务不可用:mysql  Bcc: e***@example.com");
        mail.Bcc.ShouldBeEmpty();
        mail.TextBody!.ShouldContain("错误: 连接被拒绝 . QUIT");
        mail.TextBody!.ShouldContain("docs/runbook.md#dependency_down");
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        _server.Logins.ShouldBe(["\0robot\0pass-8812"]);
        host.Log.Text.ShouldNotContain("pass-8812");
    }

    [Fact]
    public async Task Should_send_nothing_in_the_clear_when_the_server_offers_no_encryption()
    {
        var host = await StartAsync(new(Settings()) { ["Channels:mail:Tls"] = "starttls", ["Channels:mail:User"] = "robot", ["Channels:mail:Password"] = "pass-8812" });

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "configured wrongly"), "it is reported");
        _server.Logins.ShouldBeEmpty();
        _server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_try_again_when_the_server_says_later()
    {
        _server.RefuseReceiver = "451 greylisted";
        var host = await StartAsync(Settings());

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => _server.Refusals >= 3, "it is tried again");
        _server.RefuseReceiver = null;
        await Clock.RunUntilAsync(() => _server.Mails.Count == 1, "the mail came");
    }

    [Fact]
    public async Task Should_report_a_receiver_that_the_server_does_not_know()
    {
        _server.RefuseReceiver = "550 no such user";
        var host = await StartAsync(Settings());

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "550"), "it is reported");
    }

    Dictionary<string, string?> Settings() => new()
    {
        ["Channels:mail:Type"] = "email",
        ["Channels:mail:Host"] = "127.0.0.1",
        ["Channels:mail:Port"] = _server.Port.ToString(CultureInfo.InvariantCulture),
        ["Channels:mail:Tls"] = "none",
        ["Channels:mail:From"] = "alerts@seckill.test",
        ["Channels:mail:To:0"] = "one@seckill.test",
        ["Channels:mail:To:1"] = "two@seckill.test",
        ["Channels:mail:TimeoutSeconds"] = "300",
    };
}
