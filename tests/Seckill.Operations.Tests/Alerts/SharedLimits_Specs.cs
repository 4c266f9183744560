using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts;

/// <summary>Processes that share the cache Redis. Their clocks are moved by tests, Redis has its own.</summary>
public sealed class SharedLimits_Specs : AlertsFixture
{
    /// <summary>Redis must not be given up because the machine is busy.</summary>
    const string Patient = "10000";

    RedisServer _redis = null!;
    WebhookServer _hook = null!;

    public override async Task InitializeAsync()
    {
        _redis = Keep(await RedisServer.StartAsync());
        _hook = await UpAsync(new WebhookServer());
    }

    [Fact]
    public async Task Should_tell_once_what_two_processes_raise_at_the_same_time()
    {
        var (one, two) = (await ProcessAsync(), await ProcessAsync());

        await Task.WhenAll(one.Alerts.RaiseAsync(Urgent("mysql")), two.Alerts.RaiseAsync(Urgent("mysql")));
        // Each process settles its alerts in order: when its next one is told, the first is settled.
        await Task.WhenAll(one.Alerts.RaiseAsync(Urgent("one")), two.Alerts.RaiseAsync(Urgent("two")));
        await Eventually.HoldsAsync(() => _hook.Keys.Contains("one") && _hook.Keys.Contains("two"), "both settled");

        await _hook.WaitForAsync(3);
        _hook.Keys.Order().ShouldBe(["mysql", "one", "two"]);
    }

    [Fact]
    public async Task Should_tell_what_repeated_at_another_process_with_the_news_that_it_is_over_and_tell_that_once()
    {
        var (one, two) = (await ProcessAsync(), await ProcessAsync());
        await one.Alerts.RaiseAsync(Urgent("mysql"));
        await _hook.WaitForAsync(1);
        await two.Alerts.RaiseAsync(Urgent("mysql"));
        await two.Alerts.RaiseAsync(Urgent("settled"));
        await _hook.WaitForAsync(2);

        await one.Alerts.RaiseAsync(Urgent("mysql") with { IsResolved = true });
        await _hook.WaitForAsync(3);
        await two.Alerts.RaiseAsync(Urgent("mysql") with { IsResolved = true });
        await two.Alerts.RaiseAsync(Urgent("mysql"));
        await _hook.WaitForAsync(4);

        _hook.Keys.ShouldBe(["mysql", "settled", "mysql", "mysql"]);
        _hook.Alerts.Select(x => x.GetProperty("resolved").GetBoolean()).ShouldBe([false, false, true, false]);
        _hook.Alerts[2].GetProperty("repeats").GetInt64().ShouldBe(1);
        _hook.Alerts[3].GetProperty("repeats").GetInt64().ShouldBe(1, "the second news that it was over is a repeat, too");
    }

    [Fact]
    public async Task Should_not_take_its_own_claim_for_another_process_after_a_restart()
    {
        var spool = NewSpool();
        await _hook.DownAsync();
        var first = await ProcessAsync(spool);
        await first.Alerts.RaiseAsync(Urgent("mysql"));
        await Clock.RunUntilAsync(() => first.Log.Has(LogLevel.Warning, "did not take"), "an attempt failed, so the claim was made");
        await first.DisposeAsync();

        await _hook.UpAsync();
        await ProcessAsync(spool);
        await _hook.WaitForAsync(1);
        _hook.Keys.ShouldBe(["mysql"]);
    }

    [Fact]
    public async Task Should_leave_to_another_process_what_was_dropped_before_it_was_told()
    {
        var (one, two) = (await ProcessAsync(most: 3), await ProcessAsync());
        await one.Alerts.RaiseAsync(Urgent("connected"));
        await _hook.WaitForAsync(1);

        // The first waits for Redis, and the second behind it until there are too many.
        await _redis.FreezeAsync();
        foreach (var key in (string[])["first", "dropped", "third", "fourth"])
            await one.Alerts.RaiseAsync(key == "dropped" ? Warning(key) : Urgent(key));
        one.Log.Has(LogLevel.Error, "Alert dropped because more than 3 wait: [Warning] An order is in the dead-letter topic: dropped").ShouldBeTrue();
        await _redis.ThawAsync();
        await Eventually.HoldsAsync(() => _hook.Keys.Contains("fourth"), "all that came before it is settled");

        await two.Alerts.RaiseAsync(Warning("dropped"));
        await two.Alerts.RaiseAsync(Urgent("settled"));
        await Eventually.HoldsAsync(() => _hook.Keys.Contains("settled"), "the second process settled both");
        _hook.Keys.Count(x => x == "dropped").ShouldBe(1);
    }

    [Fact]
    public async Task Should_share_the_limit_of_one_robot()
    {
        var robot = await UpAsync(new WeComServer(Clock));
        var settings = new Dictionary<string, string?>(WeCom(robot)) { ["Channels:wecom:MessagesPerMinute"] = "5", ["RedisTimeoutMilliseconds"] = Patient };
        // The second process calls the channel otherwise: the robot is the same.
        var other = settings.ToDictionary(x => x.Key.Replace("wecom:", "group:", StringComparison.Ordinal), x => x.Value);
        var one = await StartAsync(settings, redis: Keep(AlertsHost.Redis(_redis.Port)));
        var spool = NewSpool();
        var two = await StartAsync(other, spool, Keep(AlertsHost.Redis(_redis.Port)));

        for (var i = 0; i < 4; i++)
            await one.Alerts.RaiseAsync(Warning($"one-{i}"));
        await robot.WaitForAsync(4);
        for (var i = 0; i < 4; i++)
            await two.Alerts.RaiseAsync(Warning($"two-{i}"));
        await Eventually.HoldsAsync(() => two.Log.Has(LogLevel.Information, "reached its limit"), "the second process waits");

        // Without sharing, all eight fit into the limits of two.
        robot.Taken.Count.ShouldBe(5);
        Delivery_Specs.SpooledFiles(spool).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Should_deliver_while_redis_is_down_and_share_again_once_it_is_back()
    {
        var (one, two) = (await ProcessAsync(), await ProcessAsync());
        await one.Alerts.RaiseAsync(Urgent("before"));
        await _hook.WaitForAsync(1);
        await _redis.KillAsync();

        await one.Alerts.RaiseAsync(Urgent("redis-cache"));
        await _hook.WaitForAsync(2);
        one.Log.Has(LogLevel.Warning, "The cache Redis does not answer").ShouldBeTrue();

        await _redis.RestartAsync();
        var key = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(11));
                var alert = Urgent($"after-{key++}");
                var count = _hook.Taken.Count;
                await one.Alerts.RaiseAsync(alert);
                await _hook.WaitForAsync(count + 1);
                await two.Alerts.RaiseAsync(alert);
                await two.Alerts.RaiseAsync(Urgent($"settled-{key}"));
                await Eventually.HoldsAsync(() => _hook.Keys.Contains($"settled-{key}"), "the second process settled it");
                return _hook.Keys.Count(x => x == alert.Key) == 1;
            },
            "processes share again");
    }

    [Fact]
    public async Task Should_deliver_when_redis_hangs_and_not_ask_it_for_each_alert()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var settings = new Dictionary<string, string?>(Webhook(_hook)) { ["RedisTimeoutMilliseconds"] = "50" };
        var host = await StartAsync(settings, redis: Keep(AlertsHost.Redis(((IPEndPoint)silent.LocalEndpoint).Port)));

        for (var i = 0; i < 20; i++)
            await host.Alerts.RaiseAsync(Urgent($"server-{i}"));
        await _hook.WaitForAsync(20);
        host.Log.All.Count(x => x.Text.Contains("The cache Redis does not answer")).ShouldBe(1, "the clock stands still, so it is asked once");
    }

    Task<AlertsHost> ProcessAsync(string? spool = null, int most = 100) => StartAsync(
        new(Webhook(_hook)) { ["RedisTimeoutMilliseconds"] = Patient, ["SpoolMaxAlerts"] = most.ToString(CultureInfo.InvariantCulture) },
        spool, Keep(AlertsHost.Redis(_redis.Port)));
}
