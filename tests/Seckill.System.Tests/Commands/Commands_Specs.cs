using System.Text.Json;

using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.Ledger;
using Seckill.System.Tests.Audit;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

[Collection(BooksCollection.Name)]
public sealed class Commands_Specs(BooksFixture fixture) : ToolSpecs(fixture)
{
    [Fact]
    public async Task Should_migrate_seed_and_audit_as_often_as_asked()
    {
        (await Tool.RunAsync("migrate")).Output.ShouldContain("0001_tables");
        (await Tool.RunAsync("migrate")).ShouldBe((0, "MySQL: the schema is up to date\n", ""));
        (await Tool.RunAsync("seed")).Output.ShouldContain("Activity 1 made");
        (await Tool.RunAsync("seed")).ShouldBe((0, "Activity 1 is there\n", ""));

        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-audit-").FullName, "audit.json");
        var (exitCode, output, _) = await Tool.RunAsync("audit", "--json", file);

        output.ShouldContain("balance");
        exitCode.ShouldBe(0);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        report.RootElement.GetProperty("ok").GetBoolean().ShouldBeTrue();
        report.RootElement.GetProperty("totals").GetProperty("skus").GetInt64().ShouldBe(2);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Should_migrate_PostgreSQL_where_it_is_configured_and_bring_log_files_to_it()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        Tool.Postgres = server;
        var logs = Directory.CreateTempSubdirectory("seckill-steps-").FullName;
        var line = $$"""{"id":"{{Guid.CreateVersion7()}}","at":"2026-03-01T12:00:00+00:00","step":"alerted","attempt":0,"instance":"a:1"}""";
        var file = Path.Combine(logs, "compensation-1.jsonl");
        await File.WriteAllTextAsync(file, line + "\n" + line[..20]);

        (await Tool.RunAsync("migrate")).Output.ShouldContain("PostgreSQL: applied 0001_failed_order_archives");
        (await Tool.RunAsync("migrate")).ShouldBe((0, "MySQL: the schema is up to date\nPostgreSQL: the schema is up to date\n", ""));
        (await Tool.RunAsync("replay-log", "--path", logs)).ShouldBe(
            (0, $"1 files, 1 steps; the table lacked 1 of them\n{file}:2: cut off, its process died while it wrote\n", ""));
        await File.AppendAllTextAsync(file, "\n");
        var (exitCode, output, _) = await Tool.RunAsync("replay-log", "--path", file);

        exitCode.ShouldBe(1);
        output.ShouldStartWith($"1 files, 1 steps; the table lacked 0 of them\n{file}:2: not a step: ");
        (await Tool.RunAsync("replay-log", "--path", "/nowhere")).ShouldBe((2, "", "replay-log: '/nowhere' is neither a file nor a folder\n"));
        await server.StopAsync();
        (await Tool.RunAsync("replay-log", "--path", file)).Error.ShouldStartWith("replay-log: PostgreSQL: ");
        Directory.Delete(logs, recursive: true);
    }

    [Fact]
    public async Task Should_print_the_weekly_report()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        Tool.Postgres = server;
        await Tool.RunAsync("migrate");
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-report-").FullName, "report.json");

        var (exitCode, output, _) = await Tool.RunAsync("report", "--week", "2026-W10", "--language", "en", "--json", file);

        exitCode.ShouldBe(0);
        output.ShouldStartWith("### Weekly report of compensation 2026-W10\n");
        output.ShouldContain("- **Attempts**: 0\n");
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        report.RootElement.GetProperty("week").GetString().ShouldBe("2026-W10");
        report.RootElement.GetProperty("attempts").GetInt64().ShouldBe(0);
        (await Tool.RunAsync("report")).Output.ShouldStartWith("### 补偿周报 ");
        var wrong = await Tool.RunAsync("report", "--week", "2025-W53");
        wrong.ExitCode.ShouldBe(1);
        wrong.Error.ShouldContain("'2025-W53' is not a week: 2025 has the weeks 01 to 52");
        await server.StopAsync();
        (await Tool.RunAsync("report")).Error.ShouldStartWith("report: PostgreSQL: ");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Should_end_the_audit_with_1_and_name_what_is_wrong()
    {
        await Tool.RunAsync("migrate");
        await Tool.RunAsync("seed");
        await using (var connection = await new MySqlDatabase(Options.Create(MySql)).OpenAsync())
            await connection.ExecuteAsync("UPDATE stock SET taken = 3 WHERE activity_id = 1 AND sku_id = 2");

        var (exitCode, output, _) = await Tool.RunAsync("audit");

        exitCode.ShouldBe(1);
        output.ShouldContain("taken_units: activity 1, SKU 2");
        output.ShouldContain("expected 0; found stock.taken 3");
    }

    [Fact]
    public async Task Should_end_with_2_when_a_server_does_not_answer()
    {
        await Tool.RunAsync("migrate");

        var (exitCode, _, error) = await new Tool(MySql, redisPort: 1).RunAsync("audit");

        exitCode.ShouldBe(2);
        error.ShouldContain("audit: Redis:");
    }

    [Fact]
    public async Task Should_list_the_fault_points_for_machines_and_for_people()
    {
        var (exitCode, output, _) = await Tool.RunAsync("fault-points", "--json");

        exitCode.ShouldBe(0);
        using var list = JsonDocument.Parse(output);
        list.RootElement.GetProperty("syntax").GetString().ShouldBe(FaultSetting.Syntax);
        var points = list.RootElement.GetProperty("points").EnumerateArray().ToDictionary(x => x.GetProperty("name").GetString()!);
        points.Keys.ShouldBe(KnownPoints.All.Select(x => x.Name));
        var point = points["after-mysql-commit"];
        point.GetProperty("processes").EnumerateArray().Select(x => x.GetString()).ShouldBe(["worker"]);
        point.GetProperty("kinds").EnumerateArray().Select(x => x.GetString()).ShouldBe(["crash", "throw", "delay", "lost"]);
        point.GetProperty("ofOrders").GetBoolean().ShouldBeFalse();
        point.GetProperty("where").GetString().ShouldBe(KnownPoints.AfterMySqlCommit.Where);

        (await Tool.RunAsync("fault-points")).Output.ShouldContain("before-dead-letter-attempt       worker     crash throw delay");
    }

    [Theory]
    [InlineData("--buyers", "many", "--buyers must be a number from 1 to 1000000, not 'many'")]
    [InlineData("--connections", "0", "--connections must be a number from 1 to 4000, not '0'")]
    [InlineData("--worker-pid", "12,x", "--worker-pid must be process ids with commas between, not 'x'")]
    [InlineData("--api", "here", "--api must be an address like http://127.0.0.1:5000, not 'here'")]
    public async Task Should_say_what_is_wrong_with_an_option(string option, string value, string message)
    {
        string[] api = option == "--api" ? [] : ["--api", "http://127.0.0.1:1"];

        var (exitCode, _, error) = await Tool.RunAsync(["demo", .. api, option, value]);

        exitCode.ShouldNotBe(0);
        error.ShouldContain(message);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("43201")]
    public async Task Should_say_what_is_wrong_with_the_life_of_a_token(string minutes)
    {
        var (exitCode, output, error) = await Tool.RunAsync("token", "--sub", "alice", "--minutes", minutes);

        exitCode.ShouldNotBe(0);
        output.ShouldNotContain("eyJ", Case.Sensitive);
        error.ShouldContain($"--minutes must be from 1 to 43200, not '{minutes}'");
    }
}
