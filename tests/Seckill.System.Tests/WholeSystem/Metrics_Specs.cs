using System.Text.RegularExpressions;

using Seckill.Contracts;
using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>What the processes say about themselves after a sale.</summary>
[Collection(SystemCollection.Name)]
public sealed class Metrics_Specs
{
    [Fact]
    public async Task Should_tell_of_a_sale_what_docs_metrics_md_says_and_nothing_else()
    {
        await using var system = await RunningSystem.StartAsync();
        var worker = await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 50);
        await system.StockIsLiveAsync(activityId);
        (await system.SellAsync(activityId, 80)).ShouldBe(50);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 50);

        // Counted one after the other, the last when those who wait for the batch were told already.
        string[] counted =
        [
            "\nseckill_transactions_decided_total{outcome=\"committed\"} 50\n", "\nseckill_transaction_commit_duration_seconds_count 50\n",
            "\nseckill_group_commit_batch_size_sum{phase=\"commit\"} 50\n",
        ];
        var fromWorker = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                fromWorker = await worker.ScrapeAsync();
                return counted.All(x => fromWorker.Contains(x, StringComparison.Ordinal));
            },
            "the worker has counted its decisions and their batches");
        var fromApi = await system.Api.ScrapeAsync();

        fromApi.ShouldContain("\nseckill_admission_outcomes_total{outcome=\"admitted\"} 50\n");
        fromApi.ShouldContain("\nseckill_admission_outcomes_total{outcome=\"sold_out\"} 30\n");
        fromApi.ShouldContain("\nhttp_server_request_duration_seconds_count{");
        fromWorker.ShouldContain("\nseckill_kafka_assigned_partitions{group=\"order-transactions\",topic=\"order_events\"} 8\n");
        fromWorker.ShouldContain("\nseckill_transactions_suspended 0\n");
        foreach (var page in new[] { fromApi, fromWorker })
        {
            page.ShouldContain("\ndotnet_process_memory_working_set_bytes ");
            FamiliesOfOurs(page).Except(DocumentedMetric.ReadAll().Select(x => (x.Name, x.Type))).ShouldBeEmpty();
            (await Promtool.CheckMetricsAsync(page)).ShouldBeEmpty();
        }
    }

    static IEnumerable<(string Name, string Type)> FamiliesOfOurs(string page)
        => Regex.Matches(page, @"^# TYPE ((?:seckill|compensation|failed_order)_\S+) (\S+)$", RegexOptions.Multiline)
            .Select(x => (x.Groups[1].Value, x.Groups[2].Value));
}
