using System.Globalization;

using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts;

/// <summary>What gathered for a channel while it was away, or that is more than people read one by one.</summary>
public sealed class Digest_Specs : AlertsFixture
{
    /// <summary>Alerts are given to channels by name: what this one has told waits for the other one already.</summary>
    const string Last = "zz";

    [Fact]
    public async Task Should_send_one_mail_about_all_that_gathered_while_the_server_did_not_take_any()
    {
        var server = Keep(new MailServer());
        server.RefuseReceiver = "451 later";
        await RaiseWhileAwayAsync(30, new()
        {
            ["Channels:mail:Type"] = "email",
            ["Channels:mail:Host"] = "127.0.0.1",
            ["Channels:mail:Port"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["Channels:mail:Tls"] = "none",
            ["Channels:mail:From"] = "alerts@seckill.test",
            ["Channels:mail:To:0"] = "one@seckill.test",
            ["Channels:mail:TimeoutSeconds"] = "300",
        });

        server.RefuseReceiver = null;
        await Clock.RunUntilAsync(() => !server.Mails.IsEmpty, "the mail came");

        server.Mails.ShouldHaveSingleItem().Data.ShouldContain("30 alerts");
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(21, 1)]
    public async Task Should_send_few_one_by_one_and_many_as_a_digest(int alerts, int messages)
    {
        var hook = Keep(new WebhookServer());
        await RaiseWhileAwayAsync(alerts, Webhook(hook));

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Keys.Count == alerts, "all came");

        hook.Taken.Count.ShouldBe(messages);
        hook.Keys.ShouldBeUnique();
    }

    [Fact]
    public async Task Should_stay_with_one_digest_however_often_the_channel_failed()
    {
        var hook = Keep(new WebhookServer());
        var host = await RaiseWhileAwayAsync(30, Webhook(hook));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Warning, "failure 8"), "attempts failed");

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Keys.Count == 30, "all came");

        hook.Taken.Count.ShouldBeLessThanOrEqualTo(2, "a single one may have asked whether the channel is back");
        hook.Keys.ShouldBeUnique();
    }

    [Fact]
    public async Task Should_send_one_by_one_to_a_receiver_that_refuses_digests()
    {
        var hook = Keep(new WebhookServer { RefusesDigests = true });
        await RaiseWhileAwayAsync(30, Webhook(hook));

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Keys.Count == 30, "all came");

        hook.Refused.ShouldBe(["digest"]);
        hook.Keys.ShouldBeUnique();
    }

    [Fact]
    public async Task Should_tell_all_others_when_a_receiver_fails_at_one_of_them()
    {
        var hook = Keep(new WebhookServer { FailsAt = "order-7" });
        await RaiseWhileAwayAsync(60, Webhook(hook));

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Keys.Count == 59, "all others came", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5));

        hook.Keys.ShouldNotContain("order-7");
        hook.Keys.ShouldBeUnique();
        hook.Taken.Count.ShouldBeLessThan(59, "most of them in digests");
    }

    /// <summary>Raises alerts, and waits until all of them wait for the channel, which failed at the first.</summary>
    async Task<AlertsHost> RaiseWhileAwayAsync(int alerts, Dictionary<string, string?> channel)
    {
        var last = await UpAsync(new WebhookServer());
        var host = await StartAsync(new(channel.Concat(Webhook(last, Last))) { ["RetryMaxSeconds"] = "20" });
        await host.Alerts.RaiseAsync(Warning("order-0"));
        await Eventually.HoldsAsync(() => host.Log.Has(LogLevel.Warning, "did not take"), "the first attempt failed");
        for (var i = 1; i < alerts; i++)
            await host.Alerts.RaiseAsync(Warning($"order-{i}"));
        await Eventually.HoldsAsync(() => last.Keys.Count == alerts, "the other channel told all");
        return host;
    }
}
