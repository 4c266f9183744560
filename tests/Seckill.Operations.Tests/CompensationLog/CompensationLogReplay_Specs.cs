using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.CompensationLog;

[Collection(PostgresTests.Name)]
public sealed class CompensationLogReplay_Specs(PostgresFixture postgres) : LogWithTable(postgres)
{
    [Fact]
    public async Task Should_rebuild_the_table_as_it_was()
    {
        var log = await Folder.StartAsync("both", x => x.LogFileSizeBytes = 10_000);
        for (var i = 0; i < 1_300; i++)
            log.Record(LogFolder.Step(i) with { OrderId = i % 7 == 0 ? null : Guid.NewGuid(), Cause = i % 3 == 0 ? null : "mysql", Detail = "详情 🙂\n" });
        await log.StopAsync(CancellationToken.None);
        var before = await FingerprintAsync();
        await Database.ExecuteAsync("TRUNCATE compensation_logs");

        var report = await Folder.Replay.RunAsync(Folder.Path);

        report.Files.ShouldBeGreaterThan(10);
        (report.Steps, report.Added, report.Broken.Count).ShouldBe((1_300, 1_300, 0));
        (await FingerprintAsync()).ShouldBe(before);
        (await Folder.Replay.RunAsync(Folder.Path)).Added.ShouldBe(0);
    }

    [Fact]
    public async Task Should_take_files_one_by_one_in_any_order()
    {
        var log = await Folder.StartAsync("file", x => x.LogFileSizeBytes = 10_000);
        for (var i = 0; i < 200; i++)
            log.Record(LogFolder.Step(i));
        await log.StopAsync(CancellationToken.None);

        foreach (var file in Folder.Files.Reverse())
            (await Folder.Replay.RunAsync(file)).Files.ShouldBe(1);

        (await Folder.CountAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Should_report_lines_that_are_no_steps_by_file_and_number_and_take_all_others()
    {
        var first = Folder.Leave("compensation-1.jsonl", LogFolder.Line(LogFolder.Step(1)), "{\"at\":1}\n", "\n", LogFolder.Line(LogFolder.Step(2)),
            LogFolder.Line(LogFolder.Step(3)).Replace("\"id\":", "\"no\":", StringComparison.Ordinal), LogFolder.Line(LogFolder.Step(4))[..30]);
        var second = Folder.Leave("compensation-2.jsonl", LogFolder.Line(LogFolder.Step(5)), "null\n", LogFolder.Line(LogFolder.Step(6)).TrimEnd());

        var report = await Folder.Replay.RunAsync(Folder.Path);

        report.Added.ShouldBe(4);
        report.Broken.Select(x => (x.File, x.Line, x.IsCutOff)).ShouldBe(
            [(first, 2, false), (first, 3, false), (first, 5, false), (first, 6, true), (second, 2, false)]);
        report.Broken[2].Failure.ShouldBe("it has no id");
    }

    [Fact]
    public async Task Should_read_lines_of_any_length()
    {
        var long1 = LogFolder.Step(1) with { Detail = new string('秒', 500_000) };
        Folder.Leave("compensation-1.jsonl", LogFolder.Line(long1), LogFolder.Line(LogFolder.Step(2)));

        (await Folder.Replay.RunAsync(Folder.Path)).Added.ShouldBe(2);
        (await Database.AskAsync<int>("SELECT length(detail) FROM compensation_logs WHERE attempt = 1")).ShouldBe(500_000);
    }

    [Fact]
    public async Task Should_say_when_there_is_nothing_to_read_from()
        => (await Should.ThrowAsync<DirectoryNotFoundException>(() => Folder.Replay.RunAsync(Path.Combine(Folder.Path, "nowhere"))))
            .Message.ShouldContain("neither a file nor a folder");

    Task<string> FingerprintAsync()
        => Database.AskAsync<string>("SELECT md5(string_agg(compensation_logs::text, '|' ORDER BY step_id)) FROM compensation_logs");
}
