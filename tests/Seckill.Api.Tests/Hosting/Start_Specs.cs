using System.Diagnostics;
using System.Net;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Configuration;
using Seckill.Hosting.Identity;

namespace Seckill.Api.Tests.Hosting;

[Collection(ApiCollection.Name)]
public sealed class Start_Specs(ApiServers servers)
{
    /// <summary>How long Kafka's client tries to deliver a record: whoever waited for that would answer later.</summary>
    static readonly TimeSpan RecordsOwnTime = new Seckill.Kafka.KafkaProducerOptions().MessageTimeout;

    [Fact]
    public async Task Should_not_start_in_production_with_a_development_key()
    {
        var failure = await FailureAsync("Production", ("Payments:Development:Secret", new string('s', 16)));

        failure.ShouldContain("Auth:KeysPath");
        failure.ShouldContain("development key");
    }

    [Fact]
    public async Task Should_recognise_a_development_key_under_another_name()
    {
        var folder = Directory.CreateTempSubdirectory("seckill-keys-").FullName;
        try
        {
            File.Copy(Directory.GetFiles(servers.KeysPath, "*.pub.pem").Single(), Path.Combine(folder, "production.pub.pem"));

            (await FailureAsync("Production", ("Auth:KeysPath", folder))).ShouldContain("development key");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Should_not_start_in_production_with_payments_that_charge_nobody()
        => (await FailureAsync("Production")).ShouldContain("Payments:Provider");

    [Theory]
    [InlineData("FaultPoints:after-admit", "crash")]
    [InlineData("FaultPoints:after-decision", "throw:1")]
    [InlineData("FaultPoints:seed", "1")]
    public async Task Should_not_start_in_production_with_a_fault_point_on(string key, string value)
    {
        var failure = await FailureAsync("Production", (key, value));

        failure.ShouldContain(key);
        failure.ShouldContain("in environment Production none may be on");
    }

    [Fact]
    public async Task Should_not_start_outside_development_with_a_secret_that_nobody_chose()
        => (await FailureAsync("Staging")).ShouldContain("Payments:Development:Secret");

    [Theory]
    [InlineData("Database:MySql:Port", "0", "Database:MySql:Port is 0")]
    [InlineData("Database:MySql:Port", "many", "Database:MySql:Port")]
    [InlineData("RateLimits:BuyerBurst", "-1", "RateLimits:BuyerBurst is -1: must be from 1 to 1000000 requests")]
    [InlineData("Auth:Issuer", "", "Auth:Issuer: must name the issuer of tokens")]
    [InlineData("Auth:KeysPath", "/nowhere", "/nowhere")]
    [InlineData("FaultPoints:before-admit", "lost", "no effect stands before it whose reply could be lost")]
    [InlineData("Payments:CallbackUrl", "/relative", "Payments:CallbackUrl")]
    [InlineData("Payments:Provider", "Paypal", "Payments:Provider: must be 'Development'")]
    [InlineData("Payments:Development:SettleDelayMilliseconds", "-5", "Payments:Development:SettleDelayMilliseconds is -5: must be from 0")]
    public async Task Should_name_the_key_of_a_wrong_setting(string key, string value, string expected)
        => (await FailureAsync("Development", (key, value))).ShouldContain(expected);

    [Theory]
    [InlineData("Kafka:Bootstrap", "nowhere", "Kafka:Bootstrap: must be host:port")]
    [InlineData("Kafka:LingerMilliseconds", "-1", "Kafka:LingerMilliseconds is -1: must be from 0 to 1000 milliseconds")]
    [InlineData("Kafka:SessionTimeoutSeconds", "0", "Kafka:SessionTimeoutSeconds is 0: must be from 1 to 300 seconds")]
    [InlineData("RabbitMq:Port", "70000", "RabbitMq:Port is 70000: must be a TCP port, from 1 to 65535")]
    public async Task Should_name_the_key_of_a_wrong_setting_of_the_bus(string key, string value, string expected)
        => (await FailureAsync("Development", ownBus: true, (key, value))).ShouldContain(expected);

    [Fact]
    public void Should_tell_nobody_how_it_is_used()
    {
        using var app = ApiHost.Build(servers, ownBus: true);

        app.Services.GetRequiredService<IOptions<MassTransit.UsageTelemetryOptions>>().Value.Enabled.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_take_orders_and_say_what_it_can_not_do_while_kafka_and_rabbitmq_are_away()
    {
        var watch = Stopwatch.StartNew();
        await using var api = await ApiHost.StartAsync(servers, [("Kafka:Bootstrap", "127.0.0.1:1"), ("RabbitMq:Port", "1")], ownBus: true);
        var activity = await api.AddActivityAsync();
        var first = (await api.OrderAsync(activity, "first")).ShouldBe(HttpStatusCode.Accepted);
        watch.Elapsed.ShouldBeLessThan(RecordsOwnTime);

        watch.Restart();
        (await api.OrderAsync(activity, "alice")).ShouldBe(HttpStatusCode.Accepted);
        watch.Elapsed.ShouldBeLessThan(RecordsOwnTime);

        watch.Restart();
        (await api.PostAsync(first["statusUrl"] + "/cancel", subject: "first"))
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();
        watch.Elapsed.ShouldBeLessThan(RecordsOwnTime);

        var ready = (await api.GetAsync("/healthz/ready")).ShouldBe(HttpStatusCode.OK);
        ready["status"].ShouldBe("degraded");
        ready.Json.GetProperty("checks").GetProperty("kafka").GetProperty("status").GetString().ShouldBe("degraded");
        ready.Json.GetProperty("checks").GetProperty("mysql").GetProperty("status").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task Should_be_alive_and_not_ready_without_mysql()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Database:MySql:Port", "1")]);

        (await api.GetAsync("/healthz/live")).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("healthy");
        (await api.GetAsync("/healthz/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable)
            .Json.GetProperty("checks").GetProperty("mysql").GetProperty("status").GetString().ShouldBe("unhealthy");
        (await api.GetAsync("/api/orders", "alice")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();
    }

    [Fact]
    public async Task Should_describe_every_call_with_its_answers_and_who_may()
    {
        var document = (await servers.Api.GetAsync("/openapi/v1.json")).ShouldBe(HttpStatusCode.OK).Json;

        var paths = document.GetProperty("paths");
        paths.EnumerateObject().Select(x => x.Name).ShouldBe(
        [
            "/api/activities", "/api/activities/{activityId}", "/api/activities/{activityId}/orders", "/api/orders", "/api/orders/{orderId}",
            "/api/orders/{orderId}/cancel", "/api/orders/{orderId}/pay", "/api/payments/callback", "/api/transactions",
            "/api/transactions/{orderId}", "/api/transactions/{orderId}/rollback", "/api/failed-orders", "/api/failed-orders.csv",
            "/api/failed-orders/{archiveId}", "/api/failed-orders/{archiveId}/handle", "/api/failed-orders/reprocess", "/reprocess_order/{orderId}",
            "/api/settings/compensation", "/api/audit-log",
        ], ignoreOrder: true);
        var place = paths.GetProperty("/api/activities/{activityId}/orders").GetProperty("post");
        place.GetProperty("responses").EnumerateObject().Select(x => x.Name).ShouldBe(
            ["200", "202", "400", "401", "403", "404", "409", "413", "415", "422", "429", "503"], ignoreOrder: true);
        place.GetProperty("security")[0].TryGetProperty("Bearer", out _).ShouldBeTrue();
        place.GetProperty("parameters").EnumerateArray().Select(x => x.GetProperty("name").GetString()).ShouldBe(["activityId", "Idempotency-Key", "Prefer"], ignoreOrder: true);
        paths.GetProperty("/api/activities").GetProperty("get").TryGetProperty("security", out _).ShouldBeFalse();
        (await servers.Api.GetAsync("/docs/index.html")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "not_found")]
    [InlineData("DELETE", "/api/activities", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task Should_answer_with_problem_details_where_no_call_is(string method, string path, HttpStatusCode status, string code)
        => (await servers.Api.SendAsync(new HttpMethod(method), path)).ShouldBeProblem(status, code);

    [Fact]
    public async Task Should_sign_thousands_of_tokens_in_seconds()
    {
        var issuer = servers.Issuer();
        var watch = Stopwatch.StartNew();

        var tokens = new string[2000];
        await Parallel.ForAsync(0, tokens.Length, (i, _) =>
        {
            tokens[i] = issuer.Issue($"buyer-{i}", Roles.Buyer, TimeSpan.FromMinutes(5));
            return ValueTask.CompletedTask;
        });

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        tokens.Distinct().Count().ShouldBe(tokens.Length);
        (await servers.Api.SendAsync(HttpMethod.Get, "/api/orders", headers: [("Authorization", "Bearer " + tokens[^1])])).ShouldBe(HttpStatusCode.OK);
    }

    Task<string> FailureAsync(string environment, params (string Key, string Value)[] settings) => FailureAsync(environment, ownBus: false, settings);

    /// <summary>What the process says when it does not start.</summary>
    async Task<string> FailureAsync(string environment, bool ownBus, params (string Key, string Value)[] settings)
    {
        try
        {
            await using var app = ApiHost.Build(servers, settings, environment, ownBus);
            try
            {
                await app.StartAsync();
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException or AggregateException)
            {
                var lines = ConfigurationFailures.Describe(exception, app.Configuration);
                return lines.Count > 0 ? string.Join('\n', lines) : exception.Message;
            }

            return "it started";
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException or AggregateException)
        {
            // Options that are read while the application is put together fail before the start.
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(x => x.Key, x => (string?)x.Value)).Build();
            var lines = ConfigurationFailures.Describe(exception, configuration);
            return lines.Count > 0 ? string.Join('\n', lines) : exception.Message;
        }
    }
}
