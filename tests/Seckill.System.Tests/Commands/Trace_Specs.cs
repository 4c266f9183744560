using System.Text.Json;

using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.System.Tests.Audit;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

[Collection(BooksCollection.Name)]
public sealed class Trace_Specs(BooksFixture fixture) : ToolSpecs(fixture)
{
    static readonly DateTimeOffset Admitted = DateTimeOffset.Parse("2026-03-01T12:00:00Z", global::System.Globalization.CultureInfo.InvariantCulture);

    readonly string _logs = Directory.CreateTempSubdirectory("seckill-story-").FullName;

    public override Task InitializeAsync() => Tool.RunAsync("migrate");

    public override Task DisposeAsync()
    {
        Directory.Delete(_logs, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Should_tell_all_that_happened_to_an_order_in_order_of_time()
    {
        await using var postgres = await PostgresServer.StartPrivateAsync();
        Tool.Postgres = postgres;
        await Tool.RunAsync("migrate");
        var (order, other) = (OrderIds.New(Admitted), OrderIds.New(Admitted));
        await AddAsync(order);
        await AddAsync(other);
        await File.WriteAllLinesAsync(Path.Combine(_logs, "seckill-workers-1-20260301.json"),
        [
            Line("12:00:00.030", $"\"TraceId\":\"{OrderTrace.NameOf(order)}\",", "The lock was\\u001b[2J late"),
            Line("12:00:00.031", $"\"TraceId\":\"{OrderTrace.NameOf(other)}\",", "Something else"),
            Line("12:00:00.060", "", $"Order {order:D} is well"),
            $"{{ \"cut off {order:D}",
        ]);
        var json = Path.Combine(_logs, "story", "story.json");

        var (exitCode, output, error) = await Tool.RunAsync("trace", order.ToString("D"), "--logs", _logs, "--json", json);

        (exitCode, error).ShouldBe((0, ""));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        lines[0].ShouldBe($"Order {order:D}");
        lines.ShouldContain("state         Committed");
        lines.ShouldContain("decided       2026-03-01 12:00:00.050Z, 50.0 ms after that");
        lines.SkipWhile(x => !x.StartsWith("UTC", StringComparison.Ordinal)).Skip(1).Select(x => string.Join(' ', x.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(
        [
            "2026-03-01 12:00:00.000000 0.0 ms begun saga",
            "2026-03-01 12:00:00.020000 20.0 ms 20.0 ms prepared saga",
            "2026-03-01 12:00:00.030000 30.0 ms log Warning seckill-workers:1: The lock was [2J late",
            "2026-03-01 12:00:00.050000 50.0 ms 30.0 ms committed saga: one of 2 in its group commit",
            $"2026-03-01 12:00:00.060000 60.0 ms log Warning seckill-workers:1: Order {order:D} is well",
        ]);
        using var story = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        story.RootElement.GetProperty("traceId").GetString().ShouldBe(OrderTrace.NameOf(order));
        (await Tool.RunAsync("trace", OrderTrace.NameOf(order), "--logs", _logs)).Output.ShouldBe(output);

        await postgres.StopAsync();
        var without = await Tool.RunAsync("trace", order.ToString("D"), "--logs", _logs);
        without.ExitCode.ShouldBe(0);
        without.Output.ShouldContain("not read: the archive: ");
        without.Output.ShouldContain("one of 2 in its group commit");
    }

    [Fact]
    public async Task Should_end_with_1_for_an_order_that_nobody_knows()
    {
        var unknown = OrderIds.New(Admitted);

        var answer = await Tool.RunAsync("trace", unknown.ToString("D"), "--logs", _logs);
        (answer.ExitCode, answer.Output).ShouldBe((1, ""));
        // There is no PostgreSQL here.
        answer.Error.ShouldStartWith($"trace: nobody knows an order {unknown:D}\n  not read: the archive: ");
        var none = await Tool.RunAsync("trace", "4711");
        (none.ExitCode, none.Output).ShouldBe((1, ""));
        none.Error.ShouldStartWith("trace: '4711' is no order id");
    }

    async Task AddAsync(Guid order)
    {
        await using var connection = await new MySqlDatabase(Options.Create(MySql)).OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents, payment_window_seconds,
              fencing_token, retry_count, created_at, prepared_at, decided_at, row_version)
            VALUES (@id, 'Committed', 1, 1, 'alice', 1, 9900, 900, 7, 0, '2026-03-01 12:00:00', '2026-03-01 12:00:00.02', '2026-03-01 12:00:00.05', 2);
            INSERT INTO transaction_log (correlation_id, step, detail, actor, occurred_at, duration_us) VALUES
              (@id, 'prepared', NULL, 'saga', '2026-03-01 12:00:00.02', 20000),
              (@id, 'committed', NULL, 'saga', '2026-03-01 12:00:00.05', 30000)
            """, new { id = order.ToString("D") });
    }

    static string Line(string time, string trace, string message)
        => $$$"""{"Timestamp":"2026-03-01T{{{time}}}+00:00","Level":"Warning","RenderedMessage":"{{{message}}}",{{{trace}}}"Properties":{"Service":"seckill-workers","ProcessId":1}}""";
}
