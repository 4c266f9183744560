using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.CompensationLog;

[Collection(PostgresTests.Name)]
public sealed class CompensationLogReplay_Specs(PostgresFixture fixture) : IAsyncLifetime
{
    TestDatabase _database = null!;
    LogFolder _folder = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(fixture.Server);
        _folder = LogFolder.For(_database.Database);
    }

    public async Task DisposeAsync()
    {
        await _folder.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Should_rebuild_the_table_as_it_was()
    {
        var log = await _folder.StartAsync("both", x => x.LogFileSizeBytes = 10_000);
        for (var i = 0; i < 1_300; i++)
            log.Record(LogFolder.Step(i) with { OrderId = i % 7 == 0 ? null : Guid.NewGuid(), Cause = i % 3 == 0 ? null : "mysql", Detail = "详情 🙂\n" });
        await log.StopAsync(CancellationToken.None);
        var before = await FingerprintAsync();
        await _database.ExecuteAsync("TRUNCATE compensation_logs");

        var report = await _folder.Replay.RunAsync(_folder.Path);

        report.Files.ShouldBeGreaterThan(10);
        (report.Steps, report.Added, report.Broken.Count).ShouldBe((1_300, 1_300, 0));
        (await FingerprintAsync()).ShouldBe(before);
        (await _folder.Replay.RunAsync(_folder.Path)).Added.ShouldBe(0);
    }

    [Fact]
    public async Task Should_take_files_one_by_one_in_any_order()
    {
        var log = await _folder.StartAsync("file", x => x.LogFileSizeBytes = 10_000);
        for (var i = 0; i < 200; i++)
            log.Record(LogFolder.Step(i));
        await log.StopAsync(CancellationToken.None);

        foreach (var file in _folder.Files.Reverse())
            (await _folder.Replay.RunAsync(file)).Files.ShouldBe(1);

        (await _folder.CountAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Should_report_lines_that_are_no_steps_by_file_and_number_and_take_all_others()
    {
        var first = _folder.Leave("compensation-1.jsonl", LogFolder.Line(LogFolder.Step(1)), "{\"at\":1}\n", "\n", LogFolder.Line(LogFolder.Step(2)),
            LogFolder.Line(LogFolder.Step(3)).Replace("\"id\":", "\"no\":", StringComparison.Ordinal), LogFolder.Line(LogFolder.Step(4))[..30]);
        var second = _folder.Leave("compensation-2.jsonl", LogFolder.Line(LogFolder.Step(5)), "null\n", LogFolder.Line(LogFolder.Step(6)).TrimEnd());

        var report = await _folder.Replay.RunAsync(_folder.Path);

        report.Added.ShouldBe(4);
        report.Broken.Select(x => (x.File, x.Line, x.IsCutOff)).ShouldBe(
            [(first, 2, false), (first, 3, false), (first, 5, false), (first, 6, true), (second, 2, false)]);
        report.Broken[2].Failure.ShouldBe("it has no id");
    }

    [Fact]
    public async Task Should_read_lines_of_any_length()
    {
        var long1 = LogFolder.Step(1) with { Detail = new string('秒', 500_000) };
        _folder.Leave("compensation-1.jsonl", LogFolder.Line(long1), LogFolder.Line(LogFolder.Step(2)));

        (await _folder.Replay.RunAsync(_folder.Path)).Added.ShouldBe(2);
        (await _database.AskAsync<int>("SELECT length(detail) FROM compensation_logs WHERE attempt = 1")).ShouldBe(500_000);
    }

    [Fact]
    public async Task Should_say_when_there_is_nothing_to_read_from()
        => (await Should.ThrowAsync<DirectoryNotFoundException>(() => _folder.Replay.RunAsync(Path.Combine(_folder.Path, "nowhere"))))
            .Message.ShouldContain("neither a file nor a folder");

    Task<string> FingerprintAsync()
        => _database.AskAsync<string>("SELECT md5(string_agg(compensation_logs::text, '|' ORDER BY step_id)) FROM compensation_logs");
}
