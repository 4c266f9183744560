using System.Net;

using Seckill.Contracts;
using Seckill.Hosting.Identity;
using Seckill.Operations.Archive;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.FailedOrders;

[Collection(ApiCollection.Name)]
public sealed class FailedOrders_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;
    readonly ArchivedOrders _orders = new(servers.Api);

    [Fact]
    public async Task Should_list_filter_and_page_the_last_first()
    {
        var now = DateTimeOffset.UtcNow;
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await _orders.AddAsync(now.AddSeconds(i)));
        await _orders.AddAsync(now, cause: "mysql");

        var seen = new List<string>();
        for (var next = $"/api/failed-orders?activityId={_orders.ActivityId}&cause=redis&limit=2"; next is not null;)
        {
            var page = (await AskAsync(next)).ShouldBe(HttpStatusCode.OK);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(x => x.GetProperty("archiveId").GetString()!));
            next = page["next"];
        }

        seen.ShouldBe(ids);
        (await AskAsync($"/api/failed-orders?activityId={_orders.ActivityId}&handled=true")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        var until = Uri.EscapeDataString(now.AddSeconds(1).ToString("O"));
        (await AskAsync($"/api/failed-orders?activityId={_orders.ActivityId}&before={until}")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("handled=yes", "handled")]
    [InlineData("activityId=x", "activityId")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-01-01T10:00:00", "from")]
    [InlineData("after=nonsense", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("state=Prepared", "state")]
    public async Task Should_blame_each_wrong_parameter(string query, string field)
        => (await AskAsync("/api/failed-orders?" + query)).ShouldBlame(field);

    [Fact]
    public async Task Should_show_one_with_its_message_and_history()
    {
        var id = await _orders.AddAsync(DateTimeOffset.UtcNow);

        var answer = (await AskAsync($"/api/failed-orders/{id}")).ShouldBe(HttpStatusCode.OK);

        answer["payload"].ShouldBe("{}");
        answer.Json.GetProperty("history")[0].GetProperty("stage").GetString().ShouldBe("compensation");
        (await AskAsync("/api/failed-orders/nothing")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Should_be_nobodys_business_but_operators()
    {
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/failed-orders"), (HttpMethod.Get, "/api/failed-orders.csv"), (HttpMethod.Get, "/api/failed-orders/x"),
            (HttpMethod.Post, "/api/failed-orders/x/handle"), (HttpMethod.Post, "/api/failed-orders/reprocess"),
            (HttpMethod.Post, $"/reprocess_order/{Guid.NewGuid()}"), (HttpMethod.Get, "/api/settings/compensation"),
            (HttpMethod.Put, "/api/settings/compensation"), (HttpMethod.Get, "/api/audit-log"), (HttpMethod.Post, "/api/alerts/alertmanager"),
        })
        {
            (await _api.SendAsync(method, path, "{}", "alice")).Status.ShouldBe(HttpStatusCode.Forbidden, path);
            (await _api.SendAsync(method, path, "{}")).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    [Fact]
    public async Task Should_let_Alertmanager_hand_over_alerts_by_its_own_token_and_do_nothing_else()
    {
        const string Token = "0123456789-correct";
        const string Alerts = """{"version":"4","alerts":[]}""";
        await using var api = await ApiHost.StartAsync(servers, [("Alerts:WebhookToken", Token)]);
        (string, string)[] headers = [("Authorization", "Bearer " + Token)];

        (await api.SendAsync(HttpMethod.Post, "/api/alerts/alertmanager", Alerts, headers: headers)).ShouldBe(HttpStatusCode.NoContent);
        (await api.SendAsync(HttpMethod.Post, "/api/alerts/alertmanager", Alerts, "olga", Roles.Operator)).ShouldBe(HttpStatusCode.NoContent);
        (await api.SendAsync(HttpMethod.Get, "/api/failed-orders", headers: headers)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Should_be_marked_as_handled_once_with_a_note()
    {
        var id = await _orders.AddAsync(DateTimeOffset.UtcNow);

        var answer = (await PostAsync($"/api/failed-orders/{id}/handle", """{"note":"refunded by telephone"}""")).ShouldBe(HttpStatusCode.OK);

        answer.Json.GetProperty("handling").GetProperty("by").GetString().ShouldBe("olga");
        (await PostAsync($"/api/failed-orders/{id}/handle", """{"note":"again"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "already_handled");
        (await PostAsync("/api/failed-orders/nothing/handle", """{"note":"x"}""")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await PostAsync($"/api/failed-orders/{id}/handle", "{}")).ShouldBlame("note");
        (await TrailAsync(id)).ShouldBe(["handle requested", "handle done", "handle requested", "handle refused", "handle refused"]);
    }

    [Theory]
    [InlineData(ReprocessOutcomes.Settled, HttpStatusCode.OK, "done")]
    [InlineData(ReprocessOutcomes.AlreadyHandled, HttpStatusCode.OK, "refused")]
    [InlineData(ReprocessOutcomes.Failed, HttpStatusCode.Conflict, "failed")]
    [InlineData(ReprocessOutcomes.Unknown, HttpStatusCode.NotFound, "refused")]
    public async Task Should_be_processed_again_and_say_what_became_of_it(string outcome, HttpStatusCode status, string trail)
    {
        var id = Guid.NewGuid();
        _api.Transaction.Reprocess = x => new ReprocessResult { OrderId = x.OrderId, Outcome = outcome, State = "Committed", Error = "no" };

        var answer = await PostAsync($"/reprocess_order/{id}", """{"note":"Redis is repaired"}""");

        answer.Status.ShouldBe(status);
        var command = _api.Transaction.Commands.OfType<ReprocessOrder>().Single(x => x.OrderId == id);
        (command.RequestedBy, command.Note).ShouldBe(("olga", "Redis is repaired"));
        (await TrailAsync(id.ToString())).ShouldBe(["reprocess requested", "reprocess " + trail]);
    }

    [Fact]
    public async Task Should_be_processed_again_without_a_body_too()
    {
        _api.Transaction.Reprocess = x => new ReprocessResult { OrderId = x.OrderId, Outcome = ReprocessOutcomes.Settled, State = "Committed" };

        (await _api.SendAsync(HttpMethod.Post, $"/reprocess_order/{Guid.NewGuid()}", null, "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK)["state"]
            .ShouldBe("Committed");
        (await PostAsync("/reprocess_order/42", "{}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Should_say_what_a_bulk_would_do_and_then_do_it()
    {
        var begin = await _orders.AddAsync(DateTimeOffset.UtcNow);
        var finish = await _orders.AddAsync(DateTimeOffset.UtcNow);
        await _api.AddTransactionAsync("RollingBack", Guid.Parse(finish));
        await _orders.Archive.AddAsync(_orders.Order("raw:compensation_dlq:0:" + _orders.ActivityId, null, DateTimeOffset.UtcNow, "redis"));
        var handled = await _orders.AddAsync(DateTimeOffset.UtcNow);
        await _orders.Archive.MarkHandledAsync(handled, new Handling("olga", DateTimeOffset.UtcNow, "x"));

        var dry = (await PostAsync("/api/failed-orders/reprocess", $$"""{"activityId":{{_orders.ActivityId}},"dryRun":true}""")).ShouldBe(HttpStatusCode.OK);

        dry.Json.GetProperty("matched").GetInt32().ShouldBe(3);
        dry.Json.GetProperty("sent").GetInt32().ShouldBe(0);
        dry.Json.GetProperty("items").EnumerateArray().Select(x => (x.GetProperty("archiveId").GetString(), x.GetProperty("action").GetString()))
            .ShouldBe([("raw:compensation_dlq:0:" + _orders.ActivityId, "none"), (finish, "finish"), (begin, "begin")], ignoreOrder: true);
        Sent(begin).ShouldBe(0);

        var real = (await PostAsync("/api/failed-orders/reprocess", $$"""{"activityId":{{_orders.ActivityId}},"note":"all"}""")).ShouldBe(HttpStatusCode.Accepted);

        real.Json.GetProperty("sent").GetInt32().ShouldBe(2);
        await Eventually.HoldsAsync(() => Sent(begin) > 0 && Sent(finish) > 0, "both are sent");
        // Once: what the dry run had sent would be in the queue before.
        (Sent(begin), Sent(finish)).ShouldBe((1, 1));

        int Sent(string id) => _api.Transaction.Commands.OfType<ReprocessOrder>().Count(x => x.OrderId == Guid.Parse(id));
    }

    [Fact]
    public async Task Should_reprocess_a_thousand()
    {
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < 1000; i++)
            await _orders.AddAsync(now.AddMilliseconds(i));

        var answer = (await PostAsync("/api/failed-orders/reprocess", $$"""{"activityId":{{_orders.ActivityId}}}""")).ShouldBe(HttpStatusCode.Accepted);

        answer.Json.GetProperty("sent").GetInt32().ShouldBe(1000);
        answer.Json.GetProperty("actions").GetProperty("begin").GetInt32().ShouldBe(1000);
    }

    [Theory]
    [InlineData("""{"dryRun":"yes"}""", "dryRun")]
    [InlineData("""{"limit":0}""", "limit")]
    [InlineData("""{"from":"soon"}""", "from")]
    [InlineData("""{"handled":true}""", "handled")]
    public async Task Should_blame_each_wrong_field_of_a_bulk(string body, string field)
        => (await PostAsync("/api/failed-orders/reprocess", body)).ShouldBlame(field);

    [Fact]
    public async Task Should_say_that_a_bulk_could_not_be_sent()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Kafka:Bootstrap", "127.0.0.1:1"), ("RabbitMq:Port", "1")], ownBus: true);
        await _orders.AddAsync(DateTimeOffset.UtcNow);
        var operatorName = "operator-" + Guid.NewGuid().ToString("N");

        (await api.PostAsync("/api/failed-orders/reprocess", $$"""{"activityId":{{_orders.ActivityId}}}""", operatorName, Roles.Operator))
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready")["detail"].ShouldNotBeNull().ShouldContain("0 of 1 orders were sent");

        var last = (await _api.TrailAsync($"actor={operatorName}&limit=1")).ShouldHaveSingleItem();
        (last.GetProperty("outcome").GetString(), last.GetProperty("reason").GetString()).ShouldBe(("failed", "0 of 1 orders sent"));
    }

    [Fact]
    public async Task Should_do_nothing_that_cannot_be_written_down()
    {
        await using var postgres = await PostgresServer.StartPrivateAsync();
        var options = await ApiServers.NewPostgresAsync(postgres);
        await using var api = await ApiHost.StartAsync(servers, postgres.Settings(options.Database));
        await postgres.StopAsync();
        var id = Guid.NewGuid();

        (await api.PostAsync($"/reprocess_order/{id}", "{}", "olga", Roles.Operator)).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready");
        (await api.PostAsync($"/api/transactions/{id}/rollback", """{"reason":"x"}""", "olga", Roles.Operator))
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready");
        (await api.GetAsync("/api/failed-orders.csv", "olga", Roles.Operator)).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready");

        api.Transaction.Commands.ShouldBeEmpty();
    }

    Task<ApiAnswer> AskAsync(string path) => _api.GetAsync(path, "olga", Roles.Operator);

    Task<ApiAnswer> PostAsync(string path, string body) => _api.PostAsync(path, body, "olga", Roles.Operator);

    async Task<IReadOnlyList<string>> TrailAsync(string target)
        => [.. (await _api.TrailAsync($"actor=olga&target={Uri.EscapeDataString(target)}")).Select(x => $"{x.GetProperty("action")} {x.GetProperty("outcome")}")];
}
