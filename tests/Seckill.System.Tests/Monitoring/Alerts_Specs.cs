using Seckill.Sagas.Faults;
using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>From a sale that goes wrong to the robots: programs, Prometheus, Alertmanager, and back through a worker and the API.</summary>
[Collection(SystemCollection.Name)]
public sealed class Alerts_Specs
{
    const string WebhookToken = "0123456789-webhook";

    /// <summary>Orders of a kind: as many as are one too many for the thresholds.</summary>
    const int Orders = 11;

    static readonly string[] Rules =
        ["CommitLatency", "DeadLetterBacklog", "OrdersArchived", "FinalFailureRate", "SuspendedTransactions", "TransactionSuccessRate"];

    /// <summary>
    /// A failing order is in the dead-letter topic after two seconds, in the archive after eight, suspended after fifteen, and rolled back by the look after the
    /// next, up to twelve seconds later.
    /// </summary>
    static readonly (string, string)[] Course =
    [
        ("Alerts__WebhookToken", WebhookToken),
        ("Compensation__TransactionAttempts", "1"), ("Compensation__MaxRetries", "1"), ("Compensation__RetryDelaySeconds__0", "1"),
        ("Compensation__SweepSeconds", "1"), ("Compensation__AttemptLeaseSeconds", "5"), ("Compensation__Adaptive", "false"),
        ("Compensation__DeadLetterMaxRetries", "1"), ("Compensation__DeadLetterDelaySeconds", "6"),
        ("Transaction__TimeoutSeconds", "15"), ("Clock__SuspendedScanSeconds", "6"),
    ];

    [Fact]
    public async Task Should_tell_both_robots_of_every_threshold_once_when_it_is_passed_and_when_it_is_not_any_more()
    {
        await using var robots = await Robots.StartAsync();
        await using var system = await RunningSystem.StartAsync([.. Course, .. robots.Settings()]);
        var worker = await system.StartWorkerAsync(
            ($"{FaultPointServices.Section}__{FaultPointNames.AfterPrepared}", "delay:900@slow-,throw@failing-"));
        await using var monitored = await Monitored.StartAsync(system.Api, worker, WebhookToken);
        var activityId = await system.AddActivityAsync(stock: 2 * Orders);
        await system.StockIsLiveAsync(activityId);
        await Eventually.HoldsAsync(
            async () => await monitored.Prometheus.QueryAsync("sum(seckill_transactions_decided_total)") is [0], "Prometheus has seen the counters at 0");

        (await system.SellAsync(activityId, Orders, "slow")).ShouldBe(Orders);
        (await system.SellAsync(activityId, Orders, "failing")).ShouldBe(Orders);

        foreach (var rule in Rules)
            await Eventually.HoldsAsync(() => Task.FromResult(robots.Know("Urgent", rule)), () => $"both are told that {rule} fires: {All(robots)}", TimeSpan.FromSeconds(90));
        foreach (var rule in Rules)
            await Eventually.HoldsAsync(() => Task.FromResult(robots.Know("Resolved", rule)), () => $"both are told that {rule} is over: {All(robots)}", TimeSpan.FromSeconds(90));

        // Two processes were told everything; each message names the time since when.
        robots.DingTalk.ShouldBeUnique();
        robots.WeCom.ShouldBeUnique();
        (await monitored.Prometheus.FiringAsync()).Intersect(Rules).ShouldBeEmpty();
    }

    static string All(Robots robots) => string.Join(" | ", robots.WeCom.Select(x => x.Split('\n')[0]));
}
