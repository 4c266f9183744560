using System.Net;

using Seckill.Api.Http;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.AuditTrail;

[Collection(ApiCollection.Name)]
public sealed class Refusals_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;
    readonly string _actor = "actor-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Should_be_written_when_the_role_does_not_allow_an_action()
    {
        var order = Guid.NewGuid();

        (await _api.PostAsync($"/reprocess_order/{order}", null, _actor)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _api.PostAsync($"/api/transactions/{order}/rollback", """{"reason":"x"}""", _actor)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _api.SendAsync(HttpMethod.Put, "/api/settings/compensation", "{}", _actor)).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await TrailAsync()).ShouldBe(
        [
            $"reprocess {order} refused forbidden", $"rollback {order} refused forbidden", "settings.compensation compensation refused forbidden",
        ]);
    }

    [Fact]
    public async Task Should_be_written_when_the_role_does_not_allow_a_look()
    {
        (await _api.GetAsync("/api/audit-log", _actor)).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await TrailAsync()).ShouldBe(["ListAuditLog /api/audit-log refused forbidden"]);
    }

    [Fact]
    public async Task Should_not_be_written_of_calls_that_are_not_operators()
    {
        (await _api.OrderAsync(ApiHost.OtherActivity, _actor)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _api.PostAsync("/api/activities/1/orders", "{}", _actor, Roles.Operator)).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await TrailAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/reprocess_order/nonsense", "{}", "reprocess nonsense refused not_found")]
    [InlineData("/api/transactions/nonsense/rollback", """{"reason":"x"}""", "rollback nonsense refused not_found")]
    [InlineData("/api/transactions/nonsense/rollback", "[]", "rollback nonsense refused malformed")]
    [InlineData("/api/failed-orders/nonsense/handle", """{"note":7}""", "handle nonsense refused invalid: note must be a string, not a number")]
    [InlineData("/api/failed-orders/reprocess", """{"limit":0}""",
        "reprocess.bulk failed-orders refused invalid: limit must be a whole number from 1 to 10000")]
    public async Task Should_be_written_when_the_input_is_wrong(string path, string body, string expected)
    {
        (await _api.PostAsync(path, body, _actor, Roles.Operator)).Status.ShouldBeOneOf(
            HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);

        (await TrailAsync()).ShouldBe([expected]);
    }

    [Fact]
    public async Task Should_be_written_when_the_body_is_too_large()
    {
        var body = $$"""{"reason":"{{new string('x', Problems.MaximumBodyBytes)}}"}""";

        (await _api.PostAsync($"/api/transactions/{Guid.NewGuid()}/rollback", body, _actor, Roles.Operator)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        (await TrailAsync()).ShouldHaveSingleItem().ShouldContain(" refused ");
    }

    [Fact]
    public async Task Should_not_fill_the_log_however_many_they_are()
    {
        for (var i = 0; i < 100; i++)
            (await _api.GetAsync("/api/audit-log", _actor)).Status.ShouldBe(HttpStatusCode.Forbidden);

        // One minute may have ended and another begun meanwhile.
        (await TrailAsync()).Count.ShouldBeOneOf([.. Enumerable.Range(60, 40)]);
    }

    [Fact]
    public async Task Should_leave_an_action_whose_caller_hung_up_with_an_outcome()
    {
        _api.Transaction.Answer = (_, _) => null;
        using var caller = new CancellationTokenSource();
        var path = $"/api/transactions/{Guid.NewGuid()}/rollback";

        var call = _api.SendAsync(HttpMethod.Post, path, """{"reason":"x"}""", _actor, Roles.Operator, cancellationToken: caller.Token);
        await Eventually.HoldsAsync(async () => (await TrailAsync()).Count == 1, "the action is written as requested");
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);

        await Eventually.HoldsAsync(async () => (await TrailAsync()).Count == 2, "the action has an outcome");
        (await TrailAsync())[^1].ShouldEndWith(" failed the caller hung up");
    }

    async Task<IReadOnlyList<string>> TrailAsync() =>
    [
        .. (await _api.TrailAsync($"actor={_actor}&limit=200"))
            .Select(x => $"{x.GetProperty("action")} {x.GetProperty("target")} {x.GetProperty("outcome")} {x.GetProperty("reason")}"),
    ];
}
