using System.Reflection;

using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Operations.Alerts;
using Seckill.Operations.Postgres;
using Seckill.Sagas.Tests.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Runbook;

/// <summary>What docs/runbook.md tells people to do exists and runs.</summary>
[Collection(ClockCollection.Name)]
public sealed class Runbook_Specs(ClockDatabase databases) : IAsyncLifetime
{
    const string MySql = "-- MySQL\n";
    const string PostgreSql = "-- PostgreSQL\n";

    readonly string _database = PostgresServer.NewDatabase();
    PostgresServer? _server;
    MySqlOptions? _mySql;

    public static TheoryData<string> Kinds => [.. typeof(AlertKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (string)x.GetRawConstantValue()!)];

    public static TheoryData<string> Metrics => [.. RunbookText.Metrics];

    public static TheoryData<string> Paths => [.. RunbookText.Paths];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_mySql is not null)
            await ClockDatabase.DropAsync(_mySql);
    }

    [Fact]
    public async Task Should_have_only_statements_that_MySQL_runs()
    {
        _mySql = await databases.NewDatabaseAsync();
        var statements = Statements(MySql);
        await using var connection = await new MySqlDatabase(Options.Create(_mySql)).OpenAsync();

        foreach (var statement in statements)
            await Should.NotThrowAsync(() => connection.ExecuteAsync(statement), statement);

        statements.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Should_have_only_statements_that_PostgreSQL_runs()
    {
        _server = await PostgresServer.StartPrivateAsync();
        var statements = Statements(PostgreSql);
        await using var services = ClockDatabase.Services(new MySqlOptions(), [.. _server.Settings(_database)]).AddPostgres().BuildServiceProvider();
        await services.GetRequiredService<PostgresSchemaMigrator>().MigrateAsync();
        await using var connection = await services.GetRequiredService<PostgresDatabase>().Source.OpenConnectionAsync();

        foreach (var statement in statements)
            await Should.NotThrowAsync(() => connection.ExecuteAsync(statement), statement);

        statements.Count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Should_say_of_every_statement_where_it_runs()
        => RunbookText.Blocks("sql").ShouldAllBe(x => x.StartsWith(MySql, StringComparison.Ordinal) || x.StartsWith(PostgreSql, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Should_have_a_section_for_every_alert(string kind) => RunbookText.Anchors.ShouldContain(kind);

    [Fact]
    public void Should_link_to_sections_that_are_there()
    {
        RunbookText.Links.Except(RunbookText.Anchors).ShouldBeEmpty();
        RunbookText.Anchors.ShouldBeUnique();
    }

    [Fact]
    public void Should_say_in_every_section_what_is_seen_meant_done_and_when_it_is_over()
    {
        // This one is a signpost.
        foreach (var (anchor, section) in RunbookText.Sections.Where(x => x.Key != AlertKinds.ArchiveDown))
        {
            foreach (var part in (string[])["**You see**", "**It means**", "**By itself**", "**Do**", "**Over**"])
                section.ShouldContain(part, customMessage: anchor);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Should_name_only_metrics_that_are_documented(string metric)
        => DocumentedMetric.ReadAll().Select(x => x.Name).ShouldContain(metric);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Should_name_only_calls_that_are_documented(string path)
    {
        var documented = RunbookText.Read("api.md");

        (documented.Contains($"$API{path}\"", StringComparison.Ordinal) || documented.Contains($"$API{path}?", StringComparison.Ordinal)
            || documented.Contains($"GET {path}`", StringComparison.Ordinal) || documented.Contains($"POST {path}`", StringComparison.Ordinal))
            .ShouldBeTrue(path);
    }

    static List<string> Statements(string server)
        => RunbookText.Blocks("sql").Where(x => x.StartsWith(server, StringComparison.Ordinal)).ToList();
}
