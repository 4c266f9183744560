using Seckill.Cli.Top;
using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.System.Tests.Live;

/// <summary>What <c>./seckill top</c> makes of scrapes.</summary>
public sealed class TopView_Specs
{
    const string Answer = """
        [{"labels": {"alertname": "CommitLatency", "severity": "warning"}, "annotations": {"summary": "It takes long"}, "startsAt": "2026-03-01T11:58:00.000Z"},
         {"labels": {"alertname": "ProcessDown", "severity": "critical", "instance": "worker-2"}, "annotations": {}, "startsAt": "2026-03-01T11:00:00Z"}]
        """;

    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Should_show_programs_sale_rates_times_what_waits_and_alerts()
    {
        var text = Text(Read(Before, After), FiringAlerts.Parse(Answer));

        Lines(text).ShouldBe(
        [
            "Seckill 2026-03-01 12:00:00 UTC rates and times of the last 5 s",
            "Programs",
            "name state cores memory",
            "worker-1 degraded, check circuit, waits for redis 0.50 200 MB",
            "worker-2 no answer: Connection refused - -",
            "Sale progress",
            "activity SKU sold reserved available of",
            "7 1 50 25 25 100 ############++++++...... 50 %",
            "Answers to orders Decisions Time",
            "lately since start lately since start 50 % 99 %",
            "sold_out 1,000/s 5,000 committed 10.0/s 60 answer to an order - -",
            "admitted 20.0/s 100 rolled back 0.0/s 0 prepared to committed 50 ms 99 ms",
            "a group commit - -",
            "Waiting",
            "undecided orders 25, the oldest for 1.5 s",
            "past their time-out 0",
            "orders that failed retrying 2, dead letters 1, in the archive 0",
            "records in Kafka order_events 12",
            "Alerts",
            "for alert of what",
            "60 min ProcessDown worker-2",
            "2 min CommitLatency It takes long",
        ]);
    }

    [Fact]
    public void Should_say_so_where_nothing_is_known()
    {
        var text = Text(StatusReader.Read([new ProgramReading("api", null, null, "no answer within 3 s")]), FiringAlerts.Unknown);

        text.ShouldContain("api  no answer: no answer within 3 s");
        text.ShouldContain("no activity is on sale, or no worker answers");
        text.ShouldContain("no data");
        text.ShouldContain("no Alertmanager");
        Text(Read(Before, After), new FiringAlerts([])).ShouldContain("none fires");
        Text(Read(Before, After), new FiringAlerts(null, "timed out")).ShouldContain("no answer from Alertmanager: timed out");
    }

    [Fact]
    public void Should_show_the_newest_activities_where_there_are_many_and_text_as_text()
    {
        var many = string.Join('\n', Enumerable.Range(1, 30).Select(x => $"seckill_stock_units{{activity=\"{x}\",sku=\"[red]\",state=\"available\"}} 5"));

        var text = Text(Read("", many), FiringAlerts.Unknown);

        text.ShouldMatch(@"(?m)^  30 +\[red\] ");
        text.ShouldContain("and 18 more SKUs");
        text.ShouldNotContain("\n  18 ", Case.Sensitive);
    }

    static string[] Lines(string text) => text.Split('\n').Select(x => string.Join(' ', x.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        .Where(x => x.Length > 0).ToArray();

    static string Text(SystemStatus status, FiringAlerts alerts)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        TopView.Write(writer, status, alerts, Now);
        return writer.ToString();
    }

    static SystemStatus Read(string before, string after)
    {
        var last = Scrape.Parse(after, TimeSpan.FromSeconds(5));
        return StatusReader.Read(
        [
            new ProgramReading("worker-1", last, new ScrapeInterval(Scrape.Parse(before, TimeSpan.Zero), last)),
            new ProgramReading("worker-2", null, null, "Connection refused"),
        ]);
    }

    const string Before = """
        seckill_admission_outcomes_total{outcome="admitted"} 900
        seckill_transactions_decided_total{outcome="committed"} 10
        seckill_transactions_decided_total{outcome="rolled_back"} 0
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 10
        """;

    // The API was restarted: what it counts began anew.
    const string After = """
        seckill_admission_outcomes_total{outcome="admitted"} 100
        seckill_admission_outcomes_total{outcome="sold_out"} 5000
        seckill_transactions_decided_total{outcome="committed"} 60
        seckill_transactions_decided_total{outcome="rolled_back"} 0
        seckill_transaction_commit_duration_seconds_bucket{le="0.1"} 50
        seckill_transaction_commit_duration_seconds_bucket{le="+Inf"} 50
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 12.5
        dotnet_process_memory_working_set_bytes 209715200
        seckill_health_ready 0.5
        seckill_health_check{check="circuit"} 0.5
        seckill_health_check{check="kafka"} 1
        seckill_circuit_open{dependency="redis"} 1
        seckill_stock_units{activity="7",sku="1",state="available"} 25
        seckill_stock_units{activity="7",sku="1",state="reserved"} 25
        seckill_stock_units{activity="7",sku="1",state="sold"} 50
        seckill_write_ahead_entries 25
        seckill_write_ahead_oldest_age_seconds 1.5
        seckill_transactions_suspended 0
        seckill_compensation_orders{state="dead_letter"} 1
        seckill_compensation_orders{state="retrying"} 2
        seckill_compensation_orders{state="archived"} 0
        seckill_kafka_consumer_lag{topic="order_events",group="order-transactions",partition="0"} 5
        seckill_kafka_consumer_lag{topic="order_events",group="order-transactions",partition="1"} 7
        """;
}
