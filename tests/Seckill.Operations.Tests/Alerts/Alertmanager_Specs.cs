using System.Net;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Operations.Alerts;
using Seckill.Operations.Alerts.Alertmanager;
using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Alertmanager_Specs : AlertsFixture
{
    const string Payload = """
        {
          "receiver": "seckill", "status": "firing", "version": "4", "groupKey": "{}:{alertname=\"DlqBacklog\"}", "truncatedAlerts": 0,
          "groupLabels": {"alertname": "DlqBacklog"}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am:9093",
          "futureField": {"x": [1]},
          "alerts": [
            {
              "status": "firing", "labels": {"alertname": "DlqBacklog", "severity": "critical", "topic": "compensation_dlq"},
              "annotations": {"summary": "12 messages wait", "runbook": "dlq-backlog", "dashboard": "http://x"}, "startsAt": "2026-11-11T01:59:00.123456789+08:00",
              "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prom:9090/graph", "fingerprint": "1a30ba71cca2921f", "other": 1
            },
            {
              "status": "resolved", "labels": {"alertname": "CommitSlow", "severity": "warning"}, "annotations": {},
              "startsAt": "2026-11-11T01:00:00Z", "endsAt": "2026-11-11T01:30:00Z", "fingerprint": "feed"
            }
          ]
        }
        """;

    [Fact]
    public void Should_map_firing_and_resolved_alerts()
    {
        var alerts = Map(Payload);

        alerts.Count.ShouldBe(2);
        alerts[0].Kind.ShouldBe(AlertKinds.Alertmanager);
        alerts[0].Severity.ShouldBe(AlertSeverity.Urgent);
        alerts[0].Key.ShouldBe("1a30ba71cca2921f");
        alerts[0].IsResolved.ShouldBeFalse();
        alerts[0].RunbookSection.ShouldBe("dlq-backlog");
        alerts[1].RunbookSection.ShouldBeNull();
        alerts[0].At.ShouldBe(new DateTimeOffset(2026, 11, 10, 17, 59, 0, TimeSpan.Zero).AddTicks(1234567), TimeSpan.FromMilliseconds(1));
        alerts[0].Facts.ShouldBe([new("alertname", "DlqBacklog"), new("summary", "12 messages wait"), new("topic", "compensation_dlq")]);
        alerts[1].IsResolved.ShouldBeTrue();
        alerts[1].Severity.ShouldBe(AlertSeverity.Warning);
        alerts[1].At.ShouldBe(new DateTimeOffset(2026, 11, 11, 1, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Should_make_a_key_of_the_labels_where_there_is_no_fingerprint()
    {
        var one = Map("""{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"A","b":"1"}},{"status":"resolved","labels":{"b":"1","alertname":"A"}},{"status":"firing","labels":{"alertname":"A","b":"2"}}]}""");
        one[0].Key.ShouldBe(one[1].Key);
        one[0].Key.ShouldNotBe(one[2].Key);
        one[0].At.ShouldBe(Clock.GetUtcNow());
    }

    [Fact]
    public void Should_tell_that_alertmanager_left_some_out()
        => Map("""{"version":"4","truncatedAlerts":7,"groupKey":"g","alerts":[]}""").Single().Facts.ShouldContain(new KeyValuePair<string, string>("truncatedAlerts", "7"));

    [Fact]
    public async Task Should_pass_alerts_on_to_the_channels()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        await using var app = await WebAsync(new(WeCom(robot)));

        (await PostAsync(app, Payload)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await robot.WaitForAsync(2);
        robot.Texts.ShouldContain(x => x.Contains("［Urgent］ A monitoring rule fired: DlqBacklog") && x.Contains("12 messages wait") && x.Contains("docs/runbook.md#dlq-backlog"));
        robot.Texts.ShouldContain(x => x.Contains("［Resolved］ A monitoring rule fired: CommitSlow") && x.Contains("does not fire any more"));
    }

    [Fact]
    public async Task Should_be_told_by_who_has_the_token_and_by_nobody_else()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        const string Token = "0123456789-correct";
        await using var app = await WebAsync(new(WeCom(robot)) { ["WebhookToken"] = Token });
        await using var closed = await WebAsync(new(WeCom(robot)));

        await ShouldBeProblemAsync(await PostAsync(app, Payload, path: "/guarded"), HttpStatusCode.Unauthorized, "unauthenticated");
        await ShouldBeProblemAsync(await PostAsync(app, Payload, path: "/guarded", token: Token[..^1]), HttpStatusCode.Unauthorized, "unauthenticated");
        await ShouldBeProblemAsync(await PostAsync(closed, Payload, path: "/guarded", token: ""), HttpStatusCode.Unauthorized, "unauthenticated");
        (await PostAsync(app, Payload, path: "/guarded", token: Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await robot.WaitForAsync(2);
    }

    [Fact]
    public async Task Should_look_at_the_beginning_of_a_long_text_only()
    {
        var host = await StartAsync(Webhook(Keep(new WebhookServer())));
        var summary = string.Concat(Enumerable.Repeat("zhang.san@example.com ", AlertmanagerEndpoint.MaximumBodyBytes / 22));
        await host.Alerts.RaiseAsync(Urgent("first", ("summary", summary)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        await host.Alerts.RaiseAsync(Urgent("second", ("summary", summary)));

        // Masking all of it would make it anew, and one string for each address.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(summary.Length);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("null", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("[]", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"3\",\"alerts\":[]}", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"4\"}", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"4\",\"alerts\":[null]}", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"4\",\"alerts\":[{\"status\":\"firing\"}]}", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"4\",\"alerts\":[{\"status\":\"odd\",\"labels\":{}}]}", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("{\"version\":\"4\",\"alerts\":[{\"status\":\"firing\",\"labels\":{},\"startsAt\":\"yesterday\"}]}", HttpStatusCode.BadRequest, "malformed")]
    public async Task Should_answer_malformed_input_with_problem_details(string body, HttpStatusCode status, string code)
    {
        await using var app = await WebAsync([]);
        await ShouldBeProblemAsync(await PostAsync(app, body), status, code);
    }

    [Fact]
    public async Task Should_refuse_a_body_that_is_too_large_whether_it_says_its_length_or_not()
    {
        await using var app = await WebAsync([]);
        var body = "{\"version\":\"4\",\"alerts\":[]," + new string(' ', AlertmanagerEndpoint.MaximumBodyBytes) + "\"x\":1}";
        await ShouldBeProblemAsync(await PostAsync(app, body), HttpStatusCode.RequestEntityTooLarge, "too_large");
        await ShouldBeProblemAsync(await PostAsync(app, body, chunked: true), HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    static async Task ShouldBeProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    IReadOnlyList<Alert> Map(string payload) => AlertmanagerAlerts.Map(JsonSerializer.Deserialize<AlertmanagerPayload>(payload)!, Clock.GetUtcNow());

    async Task<WebApplication> WebAsync(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseLoopback(0);
        builder.Configuration.AddInMemoryCollection(settings.Append(new("SpoolPath", NewSpool())).Append(new("Language", "en"))
            .Select(x => new KeyValuePair<string, string?>("Alerts:" + x.Key, x.Value)));
        builder.Services.AddLogging(x => x.ClearProviders());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddAlerts();
        var app = builder.Build();
        app.UseRouting();
        app.MapAlertmanagerWebhook("/alertmanager");
        app.MapAlertmanagerWebhookForToken("/guarded");
        await app.StartAsync();
        return app;
    }

    static async Task<HttpResponseMessage> PostAsync(
        WebApplication app, string body, bool chunked = false, string path = "/alertmanager", string? token = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.Single() + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await client.SendAsync(request);
    }
}
