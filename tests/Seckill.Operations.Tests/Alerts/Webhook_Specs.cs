using System.Globalization;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Webhook_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_post_the_alert_as_signed_json()
    {
        var hook = await UpAsync(new WebhookServer());
        var host = await StartAsync(Webhook(hook));

        await host.Alerts.RaiseAsync(Urgent("mysql", ("error", "line 1\nline \"2\" <b>")));
        await hook.WaitForAsync(1);

        hook.Taken[0].GetProperty("version").GetString().ShouldBe("1");
        hook.Taken[0].GetProperty("title").GetString().ShouldBe("[Urgent] A dependency is down: mysql");
        var alert = hook.Alerts[0];
        alert.GetProperty("kind").GetString().ShouldBe("dependency_down");
        alert.GetProperty("severity").GetString().ShouldBe("urgent");
        alert.GetProperty("resolved").GetBoolean().ShouldBeFalse();
        alert.GetProperty("at").GetDateTimeOffset().ShouldBe(Clock.GetUtcNow());
        alert.GetProperty("facts")[0].GetProperty("value").GetString().ShouldBe("line 1\nline \"2\" <b>");
        hook.Timestamps.ShouldBe([Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)]);
    }

    [Fact]
    public async Task Should_wait_as_long_as_retry_after_says()
    {
        var hook = await UpAsync(new WebhookServer());
        hook.Fault = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        var host = await StartAsync(Webhook(hook));
        var start = Clock.GetUtcNow();

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Seckill.TestSupport.Eventually.HoldsAsync(() => host.Log.Has(LogLevel.Warning, "next attempt in 00:02:00"), "the pause is as asked for");
        hook.Fault = null;
        await Clock.RunUntilAsync(() => hook.Taken.Count == 1, "it came");
        (Clock.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(302)]
    [InlineData(401)]
    public async Task Should_keep_an_alert_through_faults_that_may_pass(int status)
    {
        var hook = await UpAsync(new WebhookServer());
        hook.Fault = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        var host = await StartAsync(new(Webhook(hook)) { ["RetryMaxSeconds"] = "5" });

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => hook.Calls >= 2, "it is tried again");
        hook.Fault = null;
        await Clock.RunUntilAsync(() => hook.Taken.Count == 1, "it came");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_not_follow_a_redirect(int status)
    {
        var elsewhere = await UpAsync(new WebhookServer());
        var hook = await UpAsync(new WebhookServer());
        hook.Fault = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        };
        var host = await StartAsync(new(Webhook(hook)) { ["RetryMaxSeconds"] = "5" });

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => hook.Calls >= 2, "it is tried again, at the address that is configured");

        elsewhere.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Should_report_and_leave_out_what_a_receiver_will_never_take()
    {
        var hook = await UpAsync(new WebhookServer());
        hook.Fault = context =>
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Task.CompletedTask;
        };
        var host = await StartAsync(Webhook(hook));

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => host.Log.Has(LogLevel.Error, "will never take '[Urgent] A dependency is down: mysql'"), "it is reported");
        hook.Fault = null;
        await host.Alerts.RaiseAsync(Urgent("kafka"));
        await hook.WaitForAsync(1);
        hook.Keys.ShouldBe(["kafka"]);
        host.Log.Text.ShouldNotContain("T0K3N");
    }
}
