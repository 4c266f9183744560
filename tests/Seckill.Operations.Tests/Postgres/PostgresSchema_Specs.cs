using Seckill.Operations.Postgres;

namespace Seckill.Operations.Tests.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresSchema_Specs(PostgresFixture fixture) : IAsyncLifetime
{
    TestDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = TestDatabase.NotMigrated(fixture.Server);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Should_create_the_database_and_its_tables()
    {
        var applied = await _database.Migrator.MigrateAsync();

        applied.ShouldBe(["0001_failed_order_archives", "0002_compensation_logs", "0003_audit_log", "0004_weekly_reports"]);
        var tables = await _database.AskAsync<string>(
            "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'");
        tables.ShouldBe("audit_log compensation_logs failed_order_archives postgres_schema weekly_reports");
    }

    [Fact]
    public async Task Should_run_each_script_once()
    {
        await _database.Migrator.MigrateAsync();

        (await _database.Migrator.MigrateAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_migrate_once_when_several_processes_do_it_at_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _database.Migrator.MigrateAsync())));

        runs.Count(x => x.Count > 0).ShouldBe(1);
        (await _database.AskAsync<long>("SELECT count(*) FROM postgres_schema")).ShouldBe(4);
    }

    [Fact]
    public async Task Should_leave_nothing_behind_when_a_script_fails()
    {
        await _database.Migrator.MigrateAsync();
        await _database.ExecuteAsync("DROP TABLE failed_order_archives, audit_log, postgres_schema");

        // compensation_logs is in the way of the second script.
        await Should.ThrowAsync<Npgsql.PostgresException>(() => _database.Migrator.MigrateAsync());

        (await _database.AskAsync<string?>("SELECT to_regclass('failed_order_archives')::text")).ShouldBeNull();
    }

    [Fact]
    public async Task Should_give_up_on_a_server_that_says_nothing()
    {
        using var server = SilentServer.Start();
        await using var database = server.AsPostgres();

        var failure = await Should.ThrowAsync<Exception>(() => database.UseAsync((_, _) => Task.FromResult(true)).WaitAsync(TimeSpan.FromSeconds(30)));

        PostgresDatabase.IsUnavailable(failure).ShouldBeTrue();
        failure.Message.ShouldNotContain("00:00:30");
    }
}
