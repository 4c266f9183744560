using System.Globalization;
using System.Net;

using Dapper;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Hosting.Identity;
using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>
/// A sale in which some orders are slow and others fail for good, watched by Prometheus and Alertmanager. Each trouble lasts until the robots know of it, so
/// that a busy machine makes it slower and nothing else.
/// </summary>
public sealed class TroubledSale : IAsyncLifetime
{
    /// <summary>Orders that fail: more than the thresholds of ten for as long as a few looks take.</summary>
    public const int Failing = 16;

    const string WebhookToken = "0123456789-webhook";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    static readonly (string, string)[] Course =
    [
        ("Alerts__WebhookToken", WebhookToken),
        ("Compensation__TransactionAttempts", "1"), ("Compensation__MaxRetries", "1"), ("Compensation__RetryDelaySeconds__0", "1"),
        ("Compensation__SweepSeconds", "1"), ("Compensation__AttemptLeaseSeconds", "5"), ("Compensation__Adaptive", "false"),
        // Dead letters stay until they are given up by a change of the settings.
        ("Compensation__DeadLetterMaxRetries", "20"), ("Compensation__DeadLetterDelaySeconds", "5"),
        // Suspended transactions are rolled back one by one.
        ("Clock__SuspendedScanSeconds", "2"), ("Clock__MaxPerRun", "1"), ("Clock__PageSize", "1"),
        ("Admission__SurveyPollMilliseconds", "1000"),
    ];

    Robots? _robots;
    RunningSystem? _system;
    Monitored? _monitored;

    internal Robots Robots => _robots!;

    internal PrometheusServer Prometheus => _monitored!.Prometheus;

    internal Uri Alertmanager => _monitored!.Alertmanager;

    internal Uri Api => _system!.Api.Address;

    internal Uri Worker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _robots = await Robots.StartAsync();
        _system = await RunningSystem.StartAsync([.. Course, .. _robots.Settings()]);
        var worker = await _system.StartWorkerAsync(
            ($"{FaultPointServices.Section}__{KnownPoints.AfterPrepared.Name}", "delay:900@slow-,throw@failing-"));
        Worker = worker.Address;
        _monitored = await Monitored.StartAsync(_system.Api, worker, WebhookToken);
        var activityId = await _system.AddActivityAsync(stock: 1000);
        await _system.StockIsLiveAsync(activityId);
        await Eventually.HoldsAsync(
            async () => await Prometheus.QueryAsync("sum(seckill_transactions_decided_total)") is [0], "Prometheus has seen the counters at 0", Patience);

        // One after the other: each is decided before the next.
        for (var slow = 1; !_robots.Know("Urgent", "CommitLatency"); slow++)
        {
            (await _system.OrderAsync(activityId, string.Create(CultureInfo.InvariantCulture, $"slow-{slow}"))).Status.ShouldBe(HttpStatusCode.Accepted);
            await _system.OrdersReachAsync(activityId, OrderStatus.Confirmed, slow);
        }

        (await _system.SellAsync(activityId, Failing, "failing")).ShouldBe(Failing);
        await KnowAsync("Urgent", "DeadLetterBacklog");

        await SetAsync(new { deadLetterMaxRetries = 0 });
        await KnowAsync("Urgent", "OrdersArchived", "FinalFailureRate");

        await ExpireAsync();
        await KnowAsync("Urgent", "SuspendedTransactions", "TransactionSuccessRate");
        await KnowAsync("Resolved", Alerts_Specs.Thresholds);
    }

    public async Task DisposeAsync()
    {
        if (_monitored is not null)
            await _monitored.DisposeAsync();
        if (_system is not null)
            await _system.DisposeAsync();
        if (_robots is not null)
            await _robots.DisposeAsync();
    }

    async Task KnowAsync(string word, params string[] rules)
    {
        foreach (var rule in rules)
            await Eventually.HoldsAsync(() => Task.FromResult(Robots.Know(word, rule)), () => $"both know '{word}' of {rule}: {Told()}", Patience);
    }

    string Told() => string.Join(" | ", Robots.WeCom.Select(x => x.Split('\n')[0]));

    async Task SetAsync(object settings)
        => (await _system!.SendAsync(HttpMethod.Put, "/api/settings/compensation", "olga", Roles.Operator, settings)).Status.ShouldBe(HttpStatusCode.OK);

    /// <summary>The time-out of all that are undecided comes.</summary>
    async Task ExpireAsync()
    {
        await using var connection = await _system!.Database.OpenAsync();
        (await connection.ExecuteAsync("UPDATE order_transaction SET expires_at = UTC_TIMESTAMP(6) WHERE state = 'Prepared'")).ShouldBe(Failing);
    }
}
