using Seckill.Operations.CompensationLog;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.CompensationLog;

public sealed class CatchingUp_Specs : IAsyncLifetime
{
    PostgresServer _server = null!;
    TestDatabase _database = null!;
    LogFolder _folder = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartPrivateAsync();
        _database = await TestDatabase.CreateAsync(_server);
        _folder = LogFolder.For(_database.Database);
    }

    public async Task DisposeAsync()
    {
        // The server goes, and the database with it.
        await _folder.DisposeAsync();
        await _database.Database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("both")]
    [InlineData("db")]
    public async Task Should_bring_to_the_table_what_was_recorded_while_it_was_away(string storage)
    {
        var log = await _folder.StartAsync(storage);
        log.Record(LogFolder.Step(1));
        await _folder.TableHoldsAsync(1);
        await _server.StopAsync();

        var order = Guid.NewGuid();
        for (var i = 0; i < 1_200; i++)
            log.Record(LogFolder.Step(i, order));
        await _folder.FilesHoldAsync(1_201);
        (await log.ReadAsync(order)).Count.ShouldBe(1_200);

        await _server.RestartAsync();
        await _folder.TableHoldsAsync(1_201);
        (await log.ReadAsync(order)).Count.ShouldBe(1_200);
    }

    [Fact]
    public async Task Should_bring_to_the_table_what_an_earlier_process_could_not()
    {
        await _server.StopAsync();
        var earlier = await _folder.StartAsync("db");
        for (var i = 0; i < 700; i++)
            earlier.Record(LogFolder.Step(i));
        await earlier.StopAsync(CancellationToken.None);
        _folder.Lines.Count.ShouldBe(700);

        await _server.RestartAsync();
        await _folder.StartAsync("db");

        await _folder.TableHoldsAsync(700);
        await Eventually.HoldsAsync(() => _folder.Files.Count == 0, "the files are not kept any longer");
    }

    [Fact]
    public async Task Should_not_delete_a_file_of_which_the_table_lacks_steps()
    {
        await _server.StopAsync();
        var log = await _folder.StartAsync("both", x => (x.LogFileSizeBytes, x.LogRetainedFiles) = (10_000, 1));

        for (var i = 0; i < 400; i++)
            log.Record(LogFolder.Step(i));
        await log.StopAsync(CancellationToken.None);
        _folder.Lines.Count.ShouldBe(400);
        _folder.Files.Count.ShouldBeGreaterThan(5);

        await _server.RestartAsync();
        await _folder.StartAsync("both", x => x.LogRetainedFiles = 1);
        await _folder.TableHoldsAsync(400);
        await Eventually.HoldsAsync(() => _folder.Files.Count == 1, "one file is left");
    }

    [Fact]
    public async Task Should_cope_with_the_files_of_a_process_that_died_and_with_cursors_of_no_sense()
    {
        CompensationStep whole = LogFolder.Step(1), last = LogFolder.Step(2), cut = LogFolder.Step(3);
        _folder.Leave("compensation-1-cut.jsonl", LogFolder.Line(whole), "rubbish\n", LogFolder.Line(cut)[..40]);
        // All of it but the line feed had been written.
        _folder.Leave("compensation-2-whole.jsonl", LogFolder.Line(last).TrimEnd());
        _folder.Leave("compensation-1-cut.jsonl.cursor", "not a number");
        _folder.Leave("compensation-2-whole.jsonl.cursor", "9999999");

        await _folder.StartAsync("db");

        await _folder.TableHoldsAsync(2);
        await Eventually.HoldsAsync(() => _folder.Files.Count == 0, "the files are not kept any longer");
        _folder.Logged.Messages.Count(x => x.Contains("compensation-1-cut.jsonl, byte", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Should_add_nothing_twice_when_a_cursor_is_lost()
    {
        var first = await _folder.StartAsync("both");
        for (var i = 0; i < 10; i++)
            first.Record(LogFolder.Step(i));
        await first.StopAsync(CancellationToken.None);
        File.Delete(Directory.GetFiles(_folder.Path, "*.cursor").ShouldHaveSingleItem());

        var second = await _folder.StartAsync("both");
        second.Record(LogFolder.Step(10));

        await _folder.TableHoldsAsync(11);
    }

    [Fact]
    public async Task Should_leave_out_a_step_that_the_table_refuses_and_go_on()
    {
        await _database.ExecuteAsync("ALTER TABLE compensation_logs ADD CHECK (step <> 'impossible')");
        var log = await _folder.StartAsync("both");

        log.Record(LogFolder.Step(1));
        log.Record(LogFolder.Step(2) with { Step = "impossible" });
        log.Record(LogFolder.Step(3));
        await _folder.TableHoldsAsync(2);
        log.Record(LogFolder.Step(4));

        await _folder.TableHoldsAsync(3);
        _folder.Lines.Count.ShouldBe(4);
    }
}
