using System.Net;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Contracts;
using Seckill.Hosting.Identity;
using Seckill.Operations.CompensationLog;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Transactions;

[Collection(ApiCollection.Name)]
public sealed class Transaction_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_show_state_participants_steps_retries_and_timeline()
    {
        var activity = await _api.AddActivityAsync();
        var placed = await _api.OrderAsync(activity, "alice");
        var id = Guid.Parse(placed["orderId"]!);
        await _api.AddOrderAsync("alice", OrderStatus.Pending, activity, id);
        await _api.AddTransactionAsync("Prepared", id, activity, retries: 2, error: "Redis did not answer");
        await LogAsync(id, "prepared");

        var answer = (await _api.GetAsync($"/api/transactions/{id}", "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);

        answer["state"].ShouldBe("Prepared");
        answer["traceId"].ShouldBe(id.ToString("N"));
        answer.Json.GetProperty("participants").GetProperty("redis").GetString().ShouldBe("admitted");
        answer.Json.GetProperty("participants").GetProperty("mySql").GetString().ShouldBe("pending");
        answer.Json.GetProperty("retries").GetProperty("count").GetInt32().ShouldBe(2);
        answer.Json.GetProperty("retries").GetProperty("lastError").GetString().ShouldBe("Redis did not answer");
        answer.Json.GetProperty("steps").EnumerateArray().Select(x => x.GetString()).ShouldBe(["begun", "prepared"]);
        var step = answer.Json.GetProperty("timeline")[1];
        step.GetProperty("actor").GetString().ShouldBe("worker-1");
        step.GetProperty("durationMicroseconds").GetInt64().ShouldBe(1200);
    }

    [Fact]
    public async Task Should_show_the_beginning_that_older_versions_wrote_down_once()
    {
        var id = await _api.AddTransactionAsync("Prepared");
        await LogAsync(id, "begun", "prepared");

        var answer = (await _api.GetAsync($"/api/transactions/{id}", "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);

        answer.Json.GetProperty("steps").EnumerateArray().Select(x => x.GetString()).ShouldBe(["begun", "prepared"]);
    }

    [Fact]
    public async Task Should_say_where_a_participant_knows_nothing()
    {
        var id = await _api.AddTransactionAsync("RolledBack");

        var participants = (await _api.GetAsync($"/api/transactions/{id}", "olga", Roles.Admin)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("participants");

        participants.GetProperty("redis").GetString().ShouldBe("none");
        participants.GetProperty("mySql").GetString().ShouldBe("none");
    }

    [Theory]
    [InlineData("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877")]
    [InlineData("42")]
    public async Task Should_know_no_such_transaction(string id)
        => (await _api.GetAsync($"/api/transactions/{id}", "olga", Roles.Operator)).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

    [Fact]
    public async Task Should_list_those_of_a_state_and_an_age_newest_first_in_pages()
    {
        var now = TimeProvider.System.GetUtcNow();
        var old = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var id = OrderIds.New(now.AddHours(-1).AddSeconds(i));
            old.Insert(0, (await _api.AddTransactionAsync("Cancelling", id, age: TimeSpan.FromHours(1))).ToString());
        }

        await _api.AddTransactionAsync("Cancelling");
        await _api.AddTransactionAsync("Refunding", age: TimeSpan.FromHours(1));

        var seen = new List<string>();
        for (var next = "/api/transactions?state=Cancelling&olderThan=600&limit=2"; next is not null;)
        {
            var page = (await _api.GetAsync(next, "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(x => x.GetProperty("orderId").GetString()!));
            next = page["next"];
        }

        seen.ShouldBe(old);
    }

    [Theory]
    [InlineData("state=Done", "state")]
    [InlineData("state=committed", "state")]
    [InlineData("olderThan=-1", "olderThan")]
    [InlineData("olderThan=1h", "olderThan")]
    [InlineData("limit=1000", "limit")]
    [InlineData("after=x", "after")]
    [InlineData("stat=Prepared", "stat")]
    public async Task Should_blame_each_wrong_parameter(string query, string field)
        => (await _api.GetAsync("/api/transactions?" + query, "olga", Roles.Operator)).ShouldBlame(field);

    [Fact]
    public async Task Should_show_the_outages_for_which_an_order_may_have_waited()
    {
        // Years ago: tests share the log, and others look at what happened just now.
        var id = await _api.AddTransactionAsync("Prepared", age: TimeSpan.FromDays(1000));
        var then = TimeProvider.System.GetUtcNow().AddDays(-999);
        var log = _api.Services.GetRequiredService<ICompensationLog>();
        log.Record(new CompensationStep { At = then.AddDays(-100), Step = CompensationStepNames.DependencyDown, Cause = "mysql", Detail = "long ago" });
        log.Record(new CompensationStep { At = then, Step = CompensationStepNames.DependencyDown, Cause = "redis", Detail = "gone" });

        await Eventually.HoldsAsync(async () => (await ShownAsync()).Contains("dependency_down redis: gone"), "the outage is shown");

        (await ShownAsync()).ShouldNotContain(x => x.Contains("long ago"));

        async Task<IReadOnlyList<string>> ShownAsync()
        {
            var answer = (await _api.GetAsync($"/api/transactions/{id}", "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);
            return [.. answer.Json.GetProperty("timeline").EnumerateArray().Select(x => $"{x.GetProperty("step")} {x.GetProperty("detail")}")];
        }
    }

    [Fact]
    public async Task Should_roll_back_and_pass_on_who_and_why()
    {
        var id = await _api.AddTransactionAsync("Prepared");
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Failed, "RolledBack");

        var answer = (await RollBackAsync(id.ToString(), """{"reason":"withdrawn"}""")).ShouldBe(HttpStatusCode.OK);

        (answer["state"], answer["status"]).ShouldBe(("RolledBack", "failed"));
        var command = _api.Transaction.Commands.OfType<RollbackTransaction>().Single(x => x.OrderId == id);
        (command.Reason, command.RequestedBy).ShouldBe(("withdrawn", "olga"));
    }

    [Fact]
    public async Task Should_say_that_it_is_too_late_to_roll_back()
    {
        _api.Transaction.Answer = (_, order) => FakeTransaction.Refused(order, "too_late", OrderStatus.Paid, "Paid");

        (await RollBackAsync(Guid.NewGuid().ToString(), """{"reason":"withdrawn"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "too_late");
    }

    [Theory]
    [InlineData("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877")]
    [InlineData("42")]
    public async Task Should_roll_back_no_unknown_transaction(string id)
    {
        _api.Transaction.Answer = (_, order) => FakeTransaction.Unknown(order);

        (await RollBackAsync(id, """{"reason":"withdrawn"}""")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("{}", "reason")]
    [InlineData("""{"reason":"  "}""", "reason")]
    [InlineData("""{"reason":1}""", "reason")]
    [InlineData("""{"reason":"x","force":true}""", "force")]
    [InlineData("long", "reason")]
    public async Task Should_blame_each_wrong_field(string body, string field)
        => (await RollBackAsync(Guid.NewGuid().ToString(), body == "long" ? $$"""{"reason":"{{new string('x', 513)}}"}""" : body)).ShouldBlame(field);

    Task<ApiAnswer> RollBackAsync(string id, string body) => _api.PostAsync($"/api/transactions/{id}/rollback", body, "olga", Roles.Operator);

    async Task LogAsync(Guid id, params string[] steps)
    {
        foreach (var step in steps)
        {
            await _api.ExecuteAsync("""
                INSERT INTO transaction_log (correlation_id, step, detail, actor, occurred_at, duration_us)
                VALUES (@id, @step, NULL, 'worker-1', UTC_TIMESTAMP(6), 1200)
                """, new { id = id.ToString("D"), step });
        }
    }
}
