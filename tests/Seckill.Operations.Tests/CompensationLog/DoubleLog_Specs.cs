using System.Diagnostics.Metrics;
using System.Text.Json;

using Seckill.Operations.CompensationLog;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.CompensationLog;

[Collection(PostgresTests.Name)]
public sealed class DoubleLog_Specs(PostgresFixture postgres) : LogWithTable(postgres)
{
    [Fact]
    public async Task Should_write_each_step_to_file_and_table()
    {
        var log = await Folder.StartAsync("both");
        var order = Guid.NewGuid();
        var steps = Enumerable.Range(1, 3).Select(x => LogFolder.Step(x, order)).ToList();
        var nothing = new CompensationStep { At = LogFolder.Noon, Step = CompensationStepNames.Alerted };

        foreach (var step in steps.AsEnumerable().Reverse())
            log.Record(step);
        log.Record(nothing);

        await Folder.TableHoldsAsync(4);
        (await log.ReadAsync(order)).ShouldBe(steps);
        (await log.ReadAsync(Guid.NewGuid())).ShouldBeEmpty();
        Folder.Lines.Count.ShouldBe(4);
        (await Folder.StartAsync("file")).ShouldNotBeNull();
        (await (await Folder.StartAsync("file")).ReadAsync(order)).ShouldBe(steps);
    }

    [Theory]
    [InlineData("both")]
    [InlineData("file")]
    public async Task Should_find_the_outages_of_a_time(string storage)
    {
        var log = await Folder.StartAsync(storage);
        var steps = Enumerable.Range(0, 6).Select(x => new CompensationStep
        {
            At = LogFolder.Noon.AddMinutes(x),
            Step = x % 2 == 0 ? CompensationStepNames.DependencyDown : CompensationStepNames.DependencyUp,
            Cause = "redis",
            Detail = "gone",
        }).ToList();

        foreach (var step in steps)
            log.Record(step);
        log.Record(LogFolder.Step(90, Guid.NewGuid()) with { Detail = "\"dependency_down\"" });
        log.Record(new CompensationStep { At = LogFolder.Noon.AddMinutes(2), Step = CompensationStepNames.Alerted, Detail = "dependency_down" });
        await Folder.FilesHoldAsync(8);
        if (storage == "both")
            await Folder.TableHoldsAsync(8);

        (await log.ReadOutagesAsync(LogFolder.Noon.AddMinutes(1), LogFolder.Noon.AddMinutes(4))).ShouldBe(steps[1..5]);
        (await log.ReadOutagesAsync(LogFolder.Noon.AddHours(1), LogFolder.Noon.AddHours(2))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_write_lines_that_tools_can_read()
    {
        var log = await Folder.StartAsync("file");
        var order = Guid.NewGuid();

        log.Record(LogFolder.Step(1, order) with { Detail = "第一行\n第二行 🙂" });
        await Folder.FilesHoldAsync(1);

        using var line = JsonDocument.Parse(Folder.Lines[0]);
        line.RootElement.GetProperty("at").GetDateTimeOffset().ShouldBe(LogFolder.Noon.AddSeconds(1).AddTicks(12_340));
        line.RootElement.GetProperty("orderId").GetGuid().ShouldBe(order);
        line.RootElement.GetProperty("step").GetString().ShouldBe("attempt_failed");
        line.RootElement.GetProperty("attempt").GetInt32().ShouldBe(1);
        line.RootElement.GetProperty("detail").GetString().ShouldBe("第一行\n第二行 🙂");
        Folder.Lines[0].ShouldContain("第一行");
    }

    [Fact]
    public async Task Should_leave_the_table_alone_when_only_files_are_wanted()
    {
        var log = await Folder.StartAsync("file");
        log.Record(LogFolder.Step(1));

        await log.StopAsync(CancellationToken.None);

        Folder.Lines.Count.ShouldBe(1);
        (await Folder.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_keep_files_only_until_the_table_has_them_when_only_the_table_is_wanted()
    {
        var first = await Folder.StartAsync("db", x => x.LogFileSizeBytes = 10_000);
        for (var i = 0; i < 200; i++)
            first.Record(LogFolder.Step(i));

        await Folder.TableHoldsAsync(200);
        await Eventually.HoldsAsync(() => Folder.Files.Count == 1, "only the file that is being written is left");
        await first.StopAsync(CancellationToken.None);
        await Folder.StartAsync("db");

        await Eventually.HoldsAsync(() => Directory.GetFiles(Folder.Path).Length == 1, "nothing but the lock is left");
    }

    [Fact]
    public async Task Should_have_everything_written_when_it_has_stopped()
    {
        var log = await Folder.StartAsync("both");
        for (var i = 0; i < 5_000; i++)
            log.Record(LogFolder.Step(i));

        await log.StopAsync(CancellationToken.None);

        Folder.Lines.Count.ShouldBe(5_000);
        (await Folder.CountAsync()).ShouldBe(5_000);
        log.LostSteps.ShouldBe(0);
        log.Record(LogFolder.Step(1));
        log.LostSteps.ShouldBe(1);
    }

    [Fact]
    public async Task Should_take_steps_before_it_is_started_but_not_more_than_memory_was_given_to_it()
    {
        var log = Folder.NewLog("both", x => x.LogBufferedSteps = 100);
        for (var i = 0; i < 150; i++)
            log.Record(LogFolder.Step(i));

        log.LostSteps.ShouldBe(50);
        await log.StartAsync(CancellationToken.None);

        await Folder.TableHoldsAsync(100);
    }

    [Fact]
    public async Task Should_not_throw_at_compensation()
    {
        var log = await Folder.StartAsync("both");

        Should.NotThrow(() => log.Record(null!));
        log.Record(LogFolder.Step(1) with { Detail = "a\0b \ud83d", At = DateTimeOffset.MinValue });
        log.Record(LogFolder.Step(2) with { Attempt = int.MinValue, DurationMs = long.MaxValue, At = DateTimeOffset.MaxValue });

        await Folder.TableHoldsAsync(2);
        (await Database.AskAsync<string>("SELECT detail FROM compensation_logs WHERE attempt = 1")).ShouldBe("a\u2400b \ufffd");
    }

    [Fact]
    public async Task Should_tell_at_once_that_writing_broke_down_and_begin_again()
    {
        var log = await Folder.StartAsync("both", clock: new ClockThatFailsOnce());
        log.Record(LogFolder.Step(1));
        await Eventually.HoldsAsync(
            () => Folder.Logged.Messages.Any(x => x.Contains("broke down", StringComparison.Ordinal)), "the log tells it while it runs");

        log.Record(LogFolder.Step(2));

        await Folder.TableHoldsAsync(1);
        log.LostSteps.ShouldBe(1);
    }

    [Fact]
    public void Should_count_lost_steps_in_a_metric()
    {
        var log = Folder.NewLog("both", x => x.LogBufferedSteps = 100);
        var lost = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, Folder.Meters) && instrument.Name == CompensationLogMetrics.LostSteps)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => lost += value);
        listener.Start();

        for (var i = 0; i < 103; i++)
            log.Record(LogFolder.Step(i));

        lost.ShouldBe(3);
        log.LostSteps.ShouldBe(3);
        PublishedInstruments.Undocumented(CompensationLogMetrics.MeterName).ShouldBeEmpty("docs/metrics.md has every instrument");
    }

    [Fact]
    public async Task Should_hold_steps_in_memory_while_the_disk_does_not_take_them()
    {
        var blocked = Path.Combine(Folder.Path, "blocked");
        await File.WriteAllTextAsync(blocked, "a file where the folder should be");
        var log = await Folder.StartAsync("file", x => x.LogPath = blocked);
        var order = Guid.NewGuid();
        log.Record(LogFolder.Step(1, order));
        await Eventually.HoldsAsync(() => Folder.Logged.Messages.Any(x => x.Contains("can't be written", StringComparison.Ordinal)),
            "the log has tried to write");
        log.Record(LogFolder.Step(2, order));

        File.Delete(blocked);

        await Eventually.HoldsAsync(async () => (await log.ReadAsync(order)).Count == 2, "the steps are in files");
        log.LostSteps.ShouldBe(0);
    }

    [Fact]
    public async Task Should_begin_a_new_file_when_one_is_large_enough_and_keep_as_many_as_wished()
    {
        var log = await Folder.StartAsync("both", x => (x.LogFileSizeBytes, x.LogRetainedFiles) = (10_000, 3));
        for (var i = 0; i < 400; i++)
            log.Record(LogFolder.Step(i));

        await Folder.TableHoldsAsync(400);
        await Eventually.HoldsAsync(() => Folder.Files.Count == 3, "three files are left");
        Folder.Files.ShouldAllBe(x => new FileInfo(x).Length <= 10_000);
        Directory.GetFiles(Folder.Path, "*.cursor").Length.ShouldBeLessThanOrEqualTo(3);
        Folder.Lines[^1].ShouldContain("Failure 399");
    }

    [Fact]
    public async Task Should_keep_as_many_files_as_wished_without_a_table()
    {
        var log = await Folder.StartAsync("file", x => (x.LogFileSizeBytes, x.LogRetainedFiles) = (10_000, 2));

        for (var i = 0; i < 20; i++)
        {
            var order = Guid.NewGuid();
            for (var j = 0; j < 20; j++)
                log.Record(LogFolder.Step(j, order));
            await Eventually.HoldsAsync(async () => (await log.ReadAsync(order)).Count == 20, "the steps are in files");
        }

        await log.StopAsync(CancellationToken.None);
        Folder.Files.Count.ShouldBeInRange(2, 3);
    }

    [Fact]
    public async Task Should_begin_another_file_when_somebody_deleted_the_one_that_it_writes()
    {
        var log = await Folder.StartAsync("file");
        log.Record(LogFolder.Step(1));
        await Folder.FilesHoldAsync(1);
        File.Delete(Folder.Files.ShouldHaveSingleItem());

        log.Record(LogFolder.Step(2));

        await Eventually.HoldsAsync(() => Folder.Lines is [var line] && line.Contains("Failure 2", StringComparison.Ordinal), "it is in another file");
    }

    [Fact]
    public async Task Should_not_delete_a_file_that_is_just_being_begun()
    {
        var options = new CompensationLogOptions { LogStorage = "db", LogPath = Folder.Path };
        using var enough = new CancellationTokenSource();
        var deleting = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
                StepRetention.Apply(options);
        });

        for (var i = 0; i < 2_000; i++)
        {
            using var writer = new StepFileWriter(Folder.Path, $"process-{i}", options.LogFileSizeBytes, TimeProvider.System);
            for (var written = false; !written;)
                written = await TryWriteAsync(writer, i);
            File.ReadAllText(writer.Current!).ShouldContain($"Failure {i}");
            File.Delete(writer.Current!);
        }

        await enough.CancelAsync();
        await deleting;

        static async Task<bool> TryWriteAsync(StepFileWriter writer, int number)
        {
            try
            {
                await writer.WriteAsync([LogFolder.Step(number)], CancellationToken.None);
                return true;
            }
            catch (IOException)
            {
                // It was held just then; the log tries again, too.
                return false;
            }
        }
    }

    [Fact]
    public async Task Should_let_several_processes_write_to_one_folder()
    {
        var logs = new List<DoubleLog>();
        for (var i = 0; i < 4; i++)
            logs.Add(await Folder.StartAsync("both"));

        await Task.WhenAll(logs.Select((log, i) => Task.Run(() =>
        {
            for (var j = 0; j < 250; j++)
                log.Record(LogFolder.Step(i * 250 + j));
        })));

        await Folder.TableHoldsAsync(1_000);
        Folder.Files.Count.ShouldBe(4);
        Folder.Lines.Count.ShouldBe(1_000);
    }

    [Fact]
    public async Task Should_let_another_process_take_over_bringing_steps_to_the_table()
    {
        var first = await Folder.StartAsync("both");
        first.Record(LogFolder.Step(1));
        await Folder.TableHoldsAsync(1);
        var second = await Folder.StartAsync("both");

        await first.StopAsync(CancellationToken.None);
        second.Record(LogFolder.Step(2));

        await Folder.TableHoldsAsync(2);
    }

    /// <summary>Stands for a bug in whatever writes: nothing of it is about the disk.</summary>
    sealed class ClockThatFailsOnce : TimeProvider
    {
        int _calls;

        public override DateTimeOffset GetUtcNow()
            => Interlocked.Increment(ref _calls) == 1 ? throw new InvalidOperationException("No time") : base.GetUtcNow();
    }
}
