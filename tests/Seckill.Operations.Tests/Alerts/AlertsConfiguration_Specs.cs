using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts;
using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class AlertsConfiguration_Specs : AlertsFixture
{
    [Theory]
    [InlineData("Language", "fr", "Alerts:Language is 'fr': must be zh or en")]
    [InlineData("SpoolPath", " ", "Alerts:SpoolPath is empty: must be a folder on a local disk that this process can write to")]
    [InlineData("RunbookUrl", "", "Alerts:RunbookUrl is empty: must be the address of the runbook")]
    [InlineData("DeduplicationSeconds", "-1", "Alerts:DeduplicationSeconds is -1: must be 0 to 86400")]
    [InlineData("SpoolMaxAlerts", "0", "Alerts:SpoolMaxAlerts is 0: must be 1 to 1000000")]
    [InlineData("WebhookToken", "too short", "Alerts:WebhookToken must be empty, or 16 to 256 visible ASCII characters without blanks")]
    [InlineData("RetryMaxSeconds", "0", "Alerts:RetryMaxSeconds is 0: must be 1 to 86400")]
    [InlineData("Channels:ding:Type", "dingding", "Alerts:Channels:ding:Type is 'dingding': must be one of dingtalk, wecom, email, webhook")]
    [InlineData("Channels:ding:Url", "", "Alerts:Channels:ding:Url is empty: must begin with https:// or http://")]
    [InlineData("Channels:ding:MessagesPerMinute", "-5", "Alerts:Channels:ding:MessagesPerMinute is -5: must be 0 to 100000")]
    [InlineData("Channels:ding:TimeoutSeconds", "0", "Alerts:Channels:ding:TimeoutSeconds is 0: must be 1 to 300")]
    [InlineData("Channels:ding:AtMobiles:0", "all", "Alerts:Channels:ding:AtMobiles:0 is no mobile number: must be 6 to 20 digits, with + and - where needed")]
    [InlineData("Channels:wecom:MentionUserIds:0", "a>b", "Alerts:Channels:wecom:MentionUserIds:0 is 'a>b': must be letters, digits, and _ - @ . only")]
    [InlineData("Channels:mail:Port", "0", "Alerts:Channels:mail:Port is 0: must be 1 to 65535")]
    [InlineData("Channels:mail:Tls", "yes", "Alerts:Channels:mail:Tls is 'yes': must be starttls, implicit or none")]
    [InlineData("Channels:mail:From", "nobody", "Alerts:Channels:mail:From is 'nobody': must be an e-mail address")]
    [InlineData("Channels:mail:To:0", "", "Alerts:Channels:mail:To:0 is '': must be an e-mail address")]
    [InlineData("Channels:mail:Host", "", "Alerts:Channels:mail:Host is empty: must be the name or address of an SMTP server")]
    [InlineData("Routes:Critical:0", "ding", "Alerts:Routes:Critical: there is no severity 'Critical': must be one of Warning, Urgent")]
    [InlineData("Routes:Urgent:0", "dong", "Alerts:Routes:Urgent:0 is 'dong': must be one of ding, mail, wecom, log")]
    public void Should_name_the_key_that_is_wrong_and_what_is_allowed(string key, string value, string failure)
        => Failures(new(Right) { [key] = value }).ShouldBe([failure]);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/alerts")]
    [InlineData("gopher://127.0.0.1:6379/_FLUSHALL")]
    [InlineData("/hooks/alerts")]
    [InlineData("oapi.dingtalk.com/robot/send")]
    public void Should_take_web_addresses_only(string address)
        => Failures(new(Right) { ["Channels:ding:Url"] = address }).ShouldBe(["Alerts:Channels:ding:Url is no web address: must begin with https:// or http://"]);

    [Fact]
    public void Should_take_what_is_right()
    {
        var host = Keep(AlertsHost.Build(Right, NewSpool()));
        var options = host.Services.GetRequiredService<IOptions<AlertsOptions>>().Value;
        options.Channels["ding"].Limit.ShouldBe(20);
        options.Channels["mail"].Limit.ShouldBe(0);
        options.RouteOf(AlertSeverity.Warning).ShouldBe(["ding", "wecom", "mail"], ignoreOrder: true);
        options.RouteOf(AlertSeverity.Urgent).ShouldBe(["ding"]);
    }

    [Fact]
    public void Should_not_show_an_address_that_holds_a_token()
        => string.Join('\n', Failures(new(Right) { ["Channels:ding:Url"] = "oapi.dingtalk.com/robot/send?access_token=s3cr3t" })).ShouldNotContain("s3cr3t");

    [Fact]
    public void Should_name_what_a_file_says_is_null()
    {
        var failures = string.Join('\n', Failures(new(Right) { ["Channels:ding:Url"] = null, ["Channels:ding:AtMobiles:0"] = null, ["Channels:mail:From"] = null }));

        failures.ShouldContain("Alerts:Channels:ding:Url is empty");
        failures.ShouldContain("Alerts:Channels:ding:AtMobiles:0 is no mobile number");
        failures.ShouldContain("Alerts:Channels:mail:From is ''");
    }

    [Fact]
    public async Task Should_refuse_to_start()
    {
        await using var host = AlertsHost.Build(new Dictionary<string, string?>(Right) { ["Language"] = "fr" }, NewSpool());
        Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void Should_be_the_same_when_added_twice()
    {
        var services = new ServiceCollection();
        services.AddAlerts();
        var once = services.Count;
        services.AddAlerts();
        services.Count.ShouldBe(once);
    }

    IEnumerable<string> Failures(Dictionary<string, string?> settings)
    {
        var host = Keep(AlertsHost.Build(settings, NewSpool()));
        return Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<AlertsOptions>>().Value).Failures;
    }

    static Dictionary<string, string?> Right => new()
    {
        ["Channels:ding:Type"] = "dingtalk",
        ["Channels:ding:Url"] = "https://oapi.dingtalk.com/robot/send?access_token=t",
        ["Channels:wecom:Type"] = "WeCom",
        ["Channels:wecom:Url"] = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
        ["Channels:mail:Type"] = "email",
        ["Channels:mail:Host"] = "smtp.example.com",
        ["Channels:mail:From"] = "alerts@example.com",
        ["Channels:mail:To:0"] = "ops@example.com",
        ["Routes:Urgent:0"] = "ding",
    };
}
