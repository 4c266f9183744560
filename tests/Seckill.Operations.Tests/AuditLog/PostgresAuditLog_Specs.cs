using Dapper;

using Npgsql;

using Seckill.Operations.AuditLog;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.AuditLog;

[Collection(PostgresTests.Name)]
public sealed class PostgresAuditLog_Specs(PostgresFixture fixture) : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    TestDatabase _database = null!;
    PostgresAuditLog _log = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(fixture.Server);
        _log = new PostgresAuditLog(_database.Database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Should_keep_every_field()
    {
        var entry = Entry("陈 \"Ada\" 🙂", "reprocess") with { Reason = "a\nb", Before = """{"z":1, "a":"\u0000"}""", After = "null" };

        await _log.AppendAsync(entry);

        var kept = (await _log.ListAsync(new AuditFilter(), null, 10)).ShouldHaveSingleItem();
        kept.Id.ShouldBeGreaterThan(0);
        (kept with { Id = 0 }).ShouldBe(entry);
    }

    [Fact]
    public async Task Should_make_NULs_visible_where_PostgreSQL_knows_none()
    {
        await _log.AppendAsync(Entry("a\0b", "handle") with { Reason = "half \ud83d pair" });

        var kept = (await _log.ListAsync(new AuditFilter(Actor: "a\0b"), null, 10)).ShouldHaveSingleItem();
        kept.Actor.ShouldBe("a\u2400b");
        kept.Reason.ShouldBe("half \ufffd pair");
    }

    [Fact]
    public async Task Should_refuse_what_is_not_JSON()
        => (await Should.ThrowAsync<ArgumentException>(() => _log.AppendAsync(Entry("ada", "handle") with { After = "{" })))
            .Message.ShouldContain("After must be JSON, not '{'");

    [Fact]
    public async Task Should_page_the_last_first()
    {
        for (var i = 0; i < 25; i++)
            await _log.AppendAsync(Entry("ada", "handle") with { Target = $"order-{i}" });

        var seen = new List<string>();
        long? before = null;
        while (await _log.ListAsync(new AuditFilter(), before, 10) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(x => x.Target));
            before = page[^1].Id;
        }

        seen.ShouldBe(Enumerable.Range(0, 25).Reverse().Select(x => $"order-{x}"));
    }

    [Fact]
    public async Task Should_filter_by_actor_action_and_target()
    {
        await _log.AppendAsync(Entry("ada", "handle") with { Target = "1" });
        await _log.AppendAsync(Entry("ada", "reprocess") with { Target = "2" });
        await _log.AppendAsync(Entry("bob", "handle") with { Target = "2" });

        (await _log.ListAsync(new AuditFilter(Actor: "ada"), null, 10)).Select(x => x.Action).ShouldBe(["reprocess", "handle"]);
        (await _log.ListAsync(new AuditFilter(Action: "handle"), null, 10)).Select(x => x.Actor).ShouldBe(["bob", "ada"]);
        (await _log.ListAsync(new AuditFilter(Target: "2"), null, 10)).Select(x => x.Actor).ShouldBe(["bob", "ada"]);
        (await _log.ListAsync(new AuditFilter("bob", "handle", "2"), null, 10)).Count.ShouldBe(1);
        (await _log.ListAsync(new AuditFilter("bob", "reprocess"), null, 10)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Should_refuse_pages_of_no_sensible_size(int limit)
        => await Should.ThrowAsync<ArgumentOutOfRangeException>(() => _log.ListAsync(new AuditFilter(), null, limit));

    [Theory]
    [InlineData("UPDATE audit_log SET actor = 'nobody'")]
    [InlineData("UPDATE audit_log SET actor = 'nobody' WHERE false")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    [InlineData("SET session_replication_role = replica; DELETE FROM audit_log")]
    public async Task Should_not_be_changed_even_by_a_superuser(string statement)
    {
        await _log.AppendAsync(Entry("ada", "handle"));

        var refusal = await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(statement));

        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        refusal.MessageText.ShouldContain("audit_log can only be added to");
        (await _log.ListAsync(new AuditFilter(Actor: "ada"), null, 10)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("UPDATE audit_log SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    public async Task Should_not_be_changed_by_an_ordinary_role_that_owns_it(string statement)
    {
        await using var owned = await OwnedDatabase.CreateAsync(fixture.Server);
        await new PostgresAuditLog(owned.Database).AppendAsync(Entry("ada", "handle"));

        await using var connection = await owned.Database.Source.OpenConnectionAsync();
        var refusal = await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(statement));

        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        refusal.MessageText.ShouldBe("permission denied for table audit_log");
    }

    [Fact]
    public async Task Should_fail_in_its_own_words_while_the_server_is_away()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        var log = new PostgresAuditLog(database.Database);
        await log.AppendAsync(Entry("ada", "handle"));
        await server.StopAsync();

        await Should.ThrowAsync<AuditLogUnavailableException>(() => log.AppendAsync(Entry("ada", "handle")));
        await Should.ThrowAsync<AuditLogUnavailableException>(() => log.ListAsync(new AuditFilter(), null, 10));

        await server.RestartAsync();
        await Eventually.HoldsAsync(async () => await CountAsync(log) == 1, "the log is read again");
    }

    [Fact]
    public async Task Should_fail_in_its_own_words_when_the_server_says_nothing()
    {
        using var server = SilentServer.Start();
        await using var database = server.AsPostgres();

        await Should.ThrowAsync<AuditLogUnavailableException>(
            () => new PostgresAuditLog(database).AppendAsync(Entry("ada", "handle")).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    static async Task<int> CountAsync(PostgresAuditLog log)
    {
        try
        {
            return (await log.ListAsync(new AuditFilter(), null, 10)).Count;
        }
        catch (AuditLogUnavailableException)
        {
            return -1;
        }
    }

    static AuditEntry Entry(string actor, string action)
        => new() { At = Noon, Actor = actor, Action = action, Target = "order-1", Outcome = "done" };
}
