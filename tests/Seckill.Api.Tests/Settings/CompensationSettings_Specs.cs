using System.Net;

using Seckill.Hosting.Identity;

namespace Seckill.Api.Tests.Settings;

[Collection(ApiCollection.Name)]
public sealed class CompensationSettings_Specs(ApiServers servers) : IAsyncLifetime
{
    readonly ApiHost _api = servers.Api;

    public Task InitializeAsync() => _api.ExecuteAsync("DELETE FROM settings");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Should_be_those_of_the_configuration_until_somebody_changes_them()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Compensation:MaxRetries", "7"), ("Compensation:RetryDelaySeconds:0", "5")]);

        var answer = (await api.GetAsync("/api/settings/compensation", "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);

        answer.Json.GetProperty("settings").GetProperty("maxRetries").GetInt32().ShouldBe(7);
        answer.Json.GetProperty("settings").GetProperty("retryDelaySeconds").EnumerateArray().Select(x => x.GetInt32()).ShouldBe([5]);
        answer["version"].ShouldBe("0");
        answer["updatedBy"].ShouldBeNull();
    }

    [Fact]
    public async Task Should_change_what_is_named_keep_the_rest_and_be_written_down()
    {
        (await PutAsync("""{"maxRetries":5}""")).ShouldBe(HttpStatusCode.OK);
        var answer = (await PutAsync("""{"retryDelaySeconds":[1,2],"adaptive":false,"adaptiveMaxFactor":2.5,"version":1}""")).ShouldBe(HttpStatusCode.OK);

        var settings = answer.Json.GetProperty("settings");
        settings.GetProperty("maxRetries").GetInt32().ShouldBe(5);
        settings.GetProperty("retryDelaySeconds").GetArrayLength().ShouldBe(2);
        settings.GetProperty("adaptiveMaxFactor").GetDouble().ShouldBe(2.5);
        (answer["version"], answer["updatedBy"]).ShouldBe(("2", "olga"));
        var last = (await _api.TrailAsync("action=settings.compensation&limit=1")).ShouldHaveSingleItem();
        last.GetProperty("outcome").GetString().ShouldBe("done");
        last.GetProperty("before").GetString().ShouldNotBeNull().ShouldContain("10");
        last.GetProperty("after").GetString().ShouldNotBeNull().ShouldContain("2.5");
    }

    [Fact]
    public async Task Should_not_overwrite_what_somebody_else_has_changed()
    {
        (await PutAsync("""{"maxRetries":5,"version":0}""")).ShouldBe(HttpStatusCode.OK);

        (await PutAsync("""{"maxRetries":6,"version":0}""")).ShouldBeProblem(HttpStatusCode.Conflict, "changed_meanwhile");

        (await _api.GetAsync("/api/settings/compensation", "olga", Roles.Operator)).Json.GetProperty("settings").GetProperty("maxRetries").GetInt32().ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"maxRetries":21}""", "maxRetries")]
    [InlineData("""{"maxRetries":"3"}""", "maxRetries")]
    [InlineData("""{"retryDelaySeconds":[]}""", "retryDelaySeconds")]
    [InlineData("""{"retryDelaySeconds":[10,0]}""", "retryDelaySeconds")]
    [InlineData("""{"retryDelaySeconds":10}""", "retryDelaySeconds")]
    [InlineData("""{"deadLetterMaxRetries":-1}""", "deadLetterMaxRetries")]
    [InlineData("""{"adaptive":1}""", "adaptive")]
    [InlineData("""{"adaptiveMaxFactor":11}""", "adaptiveMaxFactor")]
    [InlineData("""{"maxPerSecond":0}""", "maxPerSecond")]
    [InlineData("""{"delay":1}""", "delay")]
    public async Task Should_blame_each_wrong_field_and_write_the_refusal_down(string body, string field)
    {
        (await PutAsync(body)).ShouldBlame(field);

        var last = (await _api.TrailAsync("action=settings.compensation&limit=1")).ShouldHaveSingleItem();
        last.GetProperty("outcome").GetString().ShouldBe("refused");
        last.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain(field);
    }

    [Theory]
    [InlineData("limit=501", "limit")]
    [InlineData("before=x", "before")]
    [InlineData("who=olga", "who")]
    public async Task Should_blame_each_wrong_parameter_of_the_audit_log(string query, string field)
        => (await _api.GetAsync("/api/audit-log?" + query, "olga", Roles.Operator)).ShouldBlame(field);

    Task<ApiAnswer> PutAsync(string body) => _api.SendAsync(HttpMethod.Put, "/api/settings/compensation", body, "olga", Roles.Operator);
}
