using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Admission.Redis;
using Seckill.TestSupport;

using StackExchange.Redis;

namespace Seckill.Admission.Tests;

public class Connection_Specs
{
    [Fact]
    public async Task Should_load_scripts_again_after_a_flush_and_after_a_restart()
    {
        await using var server = await RedisServer.StartAsync();
        await using var harness = new StockHarness(server);
        await harness.OpenAsync(1000);
        await (await harness.DatabaseAsync()).ExecuteAsync("SCRIPT", "FLUSH");

        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(x => harness.AdmitAsync($"a{x}")));
        results.ShouldAllBe(x => x.Outcome == AdmissionOutcome.Admitted);

        await server.KillAsync();
        await server.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(harness), "the connection comes back by itself");
        await (await harness.DatabaseAsync()).HashSetAsync(harness.Keys.Meta, "run_id", await harness.Connections.Stock.RunIdAsync());

        (await harness.AdmitAsync("b")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        await harness.ShouldHaveAsync(499, 501, 0);
    }

    [Fact]
    public async Task Should_admit_through_a_short_outage_of_redis()
    {
        await using var server = await RedisServer.StartAsync();
        await using var harness = new StockHarness(server, new AdmissionOptions { AdmitAttempts = 50, AdmitBackoffMilliseconds = 100, RedisTimeoutMilliseconds = 300 });
        await harness.OpenAsync(100);
        await server.FreezeAsync();

        // Some of the calls that are given up are made nevertheless, once it goes on.
        var admissions = Enumerable.Range(0, 50).Select(x => harness.AdmitAsync($"a{x}")).ToList();
        await Should.ThrowAsync<TimeoutException>(() => harness.Admission.ReadStockAsync(harness.ActivityId));
        await server.ThawAsync();

        (await Task.WhenAll(admissions)).ShouldAllBe(x => x.Outcome == AdmissionOutcome.Admitted);
        await harness.ShouldHaveAsync(50, 50, 0);
    }

    [Fact]
    public async Task Should_start_without_redis_and_say_what_is_wrong()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();
        await using var harness = new StockHarness(server, new AdmissionOptions { AdmitAttempts = 2, AdmitBackoffMilliseconds = 1 });

        var fault = await Should.ThrowAsync<RedisConnectionException>(() => harness.AdmitAsync("alice"));
        RedisFaults.IsTransient(fault).ShouldBeTrue();

        await server.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(harness), "the connection is made when the server is there");
    }

    [Fact]
    public async Task Should_tell_a_restarted_server_by_its_run_id()
    {
        await using var server = await RedisServer.StartAsync();
        await using var harness = new StockHarness(server);
        var before = await harness.Connections.Stock.RunIdAsync();
        (await harness.Connections.Stock.RunIdAsync()).ShouldBe(before);

        await server.KillAsync();
        await server.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(harness), "the connection comes back");

        (await harness.Connections.Stock.RunIdAsync()).ShouldNotBe(before);
    }

    [Fact]
    public async Task Should_take_it_for_passing_when_the_server_has_no_room()
    {
        await using var server = await RedisServer.StartAsync();
        await using var harness = new StockHarness(server, new AdmissionOptions { AdmitAttempts = 1 });
        await harness.OpenAsync(10);
        var order = await harness.AdmittedAsync("alice");
        var database = await harness.DatabaseAsync();

        await database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        foreach (var call in (Func<Task>[])[() => harness.AdmitAsync("bob"), () => harness.Participant.PrepareAsync(order)])
        {
            var refusal = await Should.ThrowAsync<Exception>(call);
            RedisFaults.HasNoRoom(refusal).ShouldBeTrue(refusal.Message);
            RedisFaults.IsTransient(refusal).ShouldBeTrue();
        }

        await database.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await harness.ShouldHaveAsync(9, 1, 0);
        await harness.AdmittedAsync("bob");
    }

    [Fact]
    public async Task Should_replace_a_connection_that_stays_away_by_one_that_gets_through()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync();
        var clock = new ManualClock();
        var endpoint = new RedisEndpoint { Port = first.Port };
        await using var connection = new RedisConnection(endpoint, clock, NullLogger.Instance);
        var before = await connection.RunIdAsync();

        // The client library goes on trying where it was told to at first: for it, the server never comes back.
        endpoint.Port = second.Port;
        await first.KillAsync();
        await Eventually.HoldsAsync(async () => !await AnswersAsync(connection), "the connection is lost");
        clock.Advance(RedisConnection.ReplacedAfter - TimeSpan.FromSeconds(1));
        (await AnswersAsync(connection)).ShouldBeFalse();
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return AnswersAsync(connection);
            },
            "a new connection took its place");

        (await connection.RunIdAsync()).ShouldNotBe(before);
        await first.RestartAsync();
        await second.KillAsync();
        await Eventually.HoldsAsync(async () => !await AnswersAsync(connection), "the new connection is the only one");
        await second.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(connection), "and comes back by itself, too");
    }

    [Fact]
    public async Task Should_keep_trying_while_no_new_connection_gets_through()
    {
        await using var server = await RedisServer.StartAsync();
        var clock = new ManualClock();
        await using var connection = new RedisConnection(new RedisEndpoint { Port = server.Port, ConnectTimeoutMilliseconds = 200 }, clock, NullLogger.Instance);
        await connection.RunIdAsync();
        await server.KillAsync();
        await Eventually.HoldsAsync(async () => !await AnswersAsync(connection), "the connection is lost");

        for (var attempt = 0; attempt < 3; attempt++)
        {
            clock.Advance(RedisConnection.ReplacedAfter);
            (await AnswersAsync(connection)).ShouldBeFalse();
        }

        await server.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(connection), "whichever connection is back first serves");
    }

    static Task<bool> AnswersAsync(StockHarness harness) => AnswersAsync(harness.Connections.Stock);

    static async Task<bool> AnswersAsync(RedisConnection connection)
    {
        try
        {
            await connection.RunIdAsync();
            return true;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            return false;
        }
    }
}
