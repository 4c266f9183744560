using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Tests.Status;

/// <summary>What the metrics of several processes say of the whole.</summary>
public sealed class StatusReader_Specs
{
    [Fact]
    public void Should_add_up_what_each_does_and_take_once_what_each_sees()
    {
        const string ApiBefore = """
            seckill_admission_outcomes_total{outcome="admitted"} 100
            seckill_admission_outcomes_total{outcome="sold_out"} 50
            dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 1
            dotnet_process_cpu_time_seconds_total{cpu_mode="system"} 1
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_route="api/activities/{activityId}/orders",le="0.1"} 0
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_route="api/activities/{activityId}/orders",le="+Inf"} 0
            http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="api/orders",le="0.1"} 0
            http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="api/orders",le="+Inf"} 0
            """;
        const string ApiAfter = """
            seckill_admission_outcomes_total{outcome="admitted"} 120
            seckill_admission_outcomes_total{outcome="sold_out"} 250
            dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 1.5
            dotnet_process_cpu_time_seconds_total{cpu_mode="system"} 1.5
            dotnet_process_memory_working_set_bytes 1000
            seckill_health_ready 0.5
            seckill_health_check{check="kafka"} 0.5
            seckill_health_check{check="mysql"} 1
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_route="api/activities/{activityId}/orders",le="0.1"} 10
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_route="api/activities/{activityId}/orders",le="+Inf"} 10
            http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="api/orders",le="0.1"} 0
            http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="api/orders",le="+Inf"} 900
            """;
        var status = StatusReader.Read(
        [
            Reading("api", ApiBefore, ApiAfter), Reading("worker-1", WorkerBefore(10), Worker(20, lag: 3, entries: 7)),
            Reading("worker-2", WorkerBefore(0), Worker(30, lag: 4, entries: 9)), new ProgramReading("worker-3", null, null, "connection refused"),
        ]);

        status.Orders.ShouldBe([new FlowStatus("sold_out", 250, 100), new FlowStatus("admitted", 120, 10)]);
        status.Decisions.ShouldBe([new FlowStatus("committed", 50, 20)]);
        status.Stock.ShouldBe([new SkuStatus("12", "1", 5, 2, 3), new SkuStatus("12", "10", 8, 0, 0), new SkuStatus("9", "1", 1, 0, 0), new SkuStatus("others", "others", 4, 0, 0)]);
        status.Stock[0].Total.ShouldBe(10);
        status.Backlogs.ShouldBe([new BacklogStatus("compensation_dlq", 2), new BacklogStatus("order_events", 14)]);
        (status.Undecided, status.OldestUndecidedSeconds, status.Suspended).ShouldBe((9, 1.5, 0));
        status.Compensation.ShouldBe([new StateStatus("retrying", 6), new StateStatus("archived", 2)]);
        status.OpenCircuits.ShouldBe(["redis"]);
        status.Latencies.Select(x => x.What).ShouldBe(["answer", "commit", "group_commit"]);
        status.Latencies[0].P50Seconds!.Value.ShouldBe(0.05, 1e-9);
        status.Latencies[1].P99Seconds.ShouldBeNull();
        status.Programs[0].ShouldSatisfyAllConditions(
            x => (x.Name, x.Failure, x.Ready, x.Cores, x.MemoryBytes).ShouldBe(("api", null, 0.5, 0.5, 1000)), x => x.FailingChecks.ShouldBe(["kafka"]));
        status.Programs[3].ShouldSatisfyAllConditions(
            x => (x.Name, x.Failure, x.Ready, x.Cores, x.MemoryBytes).ShouldBe(("worker-3", "connection refused", null, null, null)), x => x.FailingChecks.ShouldBeEmpty());
    }

    [Fact]
    public void Should_not_count_a_backlog_once_for_each_group_that_reads_all_records()
    {
        var status = StatusReader.Read([.. Enumerable.Range(1, 3).Select(x => new ProgramReading($"api-{x}", Scrape.Parse($$"""
            seckill_kafka_consumer_lag{topic="order_results",group="results-{{x}}",partition="0"} {{x}}
            seckill_kafka_consumer_lag{topic="order_results",group="results-{{x}}",partition="1"} 5
            """, TimeSpan.Zero), null))]);

        status.Backlogs.ShouldBe([new BacklogStatus("order_results", 8)]);
    }

    [Fact]
    public void Should_have_no_rates_after_one_scrape()
    {
        var status = StatusReader.Read([new ProgramReading("worker-1", Scrape.Parse(Worker(20, 3, 7), TimeSpan.Zero), null)]);

        status.Decisions.ShouldBe([new FlowStatus("committed", 20, null)]);
        status.Programs.Single().Cores.ShouldBeNull();
        status.Undecided.ShouldBe(7);
    }

    [Fact]
    public void Should_know_nothing_when_nobody_answers()
    {
        var status = StatusReader.Read([new ProgramReading("api", null, null, "timed out")]);

        (status.Stock.Count, status.Orders.Count, status.Decisions.Count, status.Backlogs.Count, status.Compensation.Count).ShouldBe((0, 0, 0, 0, 0));
        (status.Undecided, status.OldestUndecidedSeconds, status.Suspended).ShouldBe((null, null, null));
        StatusReader.Read([]).Programs.ShouldBeEmpty();
    }

    static ProgramReading Reading(string name, string before, string after)
    {
        var last = Scrape.Parse(after, TimeSpan.FromSeconds(3));
        return new ProgramReading(name, last, new ScrapeInterval(Scrape.Parse(before, TimeSpan.FromSeconds(1)), last));
    }

    static string WorkerBefore(int committed) => $"seckill_transactions_decided_total{{outcome=\"committed\"}} {committed}";

    static string Worker(int committed, int lag, int entries) => $$"""
        seckill_transactions_decided_total{outcome="committed"} {{committed}}
        seckill_stock_units{activity="9",sku="1",state="available"} 1
        seckill_stock_units{activity="12",sku="10",state="available"} 8
        seckill_stock_units{activity="12",sku="1",state="available"} 5
        seckill_stock_units{activity="12",sku="1",state="reserved"} 2
        seckill_stock_units{activity="12",sku="1",state="sold"} 3
        seckill_stock_units{activity="others",sku="others",state="available"} 4
        seckill_kafka_consumer_lag{topic="order_events",group="order-transactions",partition="0"} {{lag}}
        seckill_kafka_consumer_lag{topic="order_events",group="order-transactions",partition="1"} {{lag}}
        seckill_kafka_consumer_lag{topic="compensation_dlq",group="dead-letters",partition="0"} 1
        seckill_write_ahead_entries {{entries}}
        seckill_write_ahead_oldest_age_seconds 1.5
        seckill_transactions_suspended 0
        seckill_compensation_orders{state="archived"} 2
        seckill_compensation_orders{state="retrying"} 6
        seckill_circuit_open{dependency="mysql"} 0
        seckill_circuit_open{dependency="redis"} 1
        """;
}
