using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Report;
using Seckill.Operations.Tests.Archive;
using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.Report;

/// <summary>What a report counts, wherever archived orders are.</summary>
public abstract class WeeklyReport_Specs(PostgresFixture postgres) : IAsyncLifetime
{
    TestDatabase _database = null!;
    ReportWeek _week = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(postgres.Server);
        _week = new ReportWeek(_database, NewArchive(_database));
    }

    public virtual async Task DisposeAsync() => await _database.DisposeAsync();

    private protected abstract IFailedOrderArchive NewArchive(TestDatabase database);

    [Fact]
    public async Task Should_be_all_zeros_when_nothing_happened()
    {
        var report = await _week.ReadAsync();

        report.Week.ShouldBe("2026-W10");
        (report.HandedOver, report.Attempts, report.Successes, report.DeadLettered, report.Archived, report.OpenInAll, report.Ended).ShouldBe((0, 0, 0, 0, 0, 0, 0));
        (report.SuccessRate, report.FinalFailureRate, report.MeanSecondsToEnd, report.MaxSecondsToEnd).ShouldBe((null, null, null, null));
        report.Stages.ShouldBe([new("compensation", 0, 0), new("dead_letter", 0, 0), new("reprocess", 0, 0)]);
        report.AttemptsNeeded.ShouldBeEmpty();
        report.Alerts.ShouldBeEmpty();
        foreach (var chinese in (bool[])[true, false])
        {
            var text = WeeklyReportText.Markdown(report, chinese);
            text.ShouldContain("**: 0\n");
            text.ShouldNotContain("NaN");
            text.ShouldNotContain("∞");
        }
    }

    [Fact]
    public async Task Should_count_attempts_and_successes_by_stage()
    {
        var given = Guid.NewGuid();
        _week.Recovered(ReportWeek.At(1), failures: 0).Recovered(ReportWeek.At(1), failures: 0).Recovered(ReportWeek.At(2), failures: 2)
            .Recovered(ReportWeek.At(3), failures: 3, stage: "dead_letter")
            .Step(given, ReportWeek.At(4), CompensationStepNames.HandedOver, cause: "mysql")
            .Step(given, ReportWeek.At(4), CompensationStepNames.Scheduled, 1)
            .Step(given, ReportWeek.At(5), CompensationStepNames.AttemptFailed, 1, "mysql")
            .Step(given, ReportWeek.At(6), CompensationStepNames.DeadLettered, 1, "mysql")
            .Step(given, ReportWeek.At(6), CompensationStepNames.Alerted, detail: AlertKinds.OrderDeadLettered)
            .Step(given, ReportWeek.At(7), CompensationStepNames.DeadLetterFailed, 1, "mysql")
            .Step(given, ReportWeek.At(8), CompensationStepNames.Archived, 1, "mysql")
            .Step(given, ReportWeek.At(8), CompensationStepNames.Alerted, detail: AlertKinds.OrderArchived)
            .Step(given, ReportWeek.At(9), CompensationStepNames.Reprocessed, cause: "mysql", detail: "still away, by olga")
            .Step(given, ReportWeek.At(10), CompensationStepNames.Reprocessed, detail: "RolledBack, by olga")
            .Step(null, ReportWeek.At(11), CompensationStepNames.Archived, cause: "unreadable");
        await _week.WriteAsync();

        var report = await _week.ReadAsync();

        report.HandedOver.ShouldBe(5);
        report.Stages.ShouldBe([new("compensation", 9, 3), new("dead_letter", 2, 1), new("reprocess", 2, 1)]);
        (report.Attempts, report.Successes).ShouldBe((13, 5));
        report.SuccessRate!.Value.ShouldBe(5 / 13.0);
        report.DeadLettered.ShouldBe(1);
        report.AttemptsNeeded.ShouldBe([new(1, 2), new(3, 1), new(4, 1)]);
        report.Alerts.ShouldBe([new(AlertKinds.OrderArchived, 1), new(AlertKinds.OrderDeadLettered, 1)]);
        // 1 h, 1 h, 3 h, 4 h, and 4 h until the archive.
        (report.Ended, report.MeanSecondsToEnd, report.MaxSecondsToEnd).ShouldBe((5, 13 * 3600 / 5.0, 4 * 3600.0));
    }

    [Fact]
    public async Task Should_count_what_is_from_Monday_to_Monday_in_UTC()
    {
        var (first, last) = (ReportWeek.Week.From, ReportWeek.Week.Before.AddMicroseconds(-1));
        _week.Step(Guid.NewGuid(), first.AddMicroseconds(-1), CompensationStepNames.HandedOver)
            .Step(Guid.NewGuid(), first, CompensationStepNames.HandedOver)
            // Monday morning in Beijing is Sunday in UTC.
            .Step(Guid.NewGuid(), new DateTimeOffset(2026, 3, 9, 7, 59, 0, TimeSpan.FromHours(8)), CompensationStepNames.HandedOver)
            .Step(Guid.NewGuid(), last, CompensationStepNames.HandedOver)
            .Step(Guid.NewGuid(), last.AddMicroseconds(1), CompensationStepNames.HandedOver);
        await _week.WriteAsync();
        await _week.ArchiveAsync(first.AddMicroseconds(-1), "before");
        await _week.ArchiveAsync(first, "first");
        await _week.ArchiveAsync(last, "last");
        await _week.ArchiveAsync(last.AddMicroseconds(1), "after");

        var report = await _week.ReadAsync();

        report.HandedOver.ShouldBe(3);
        report.ArchivedByCause.ShouldBe([new("first", 1), new("last", 1)]);
        (report.Archived, report.ArchivedAndOpen, report.OpenInAll).ShouldBe((2, 2, 4));
    }

    [Fact]
    public async Task Should_see_all_attempts_of_an_order_that_failed_in_the_week_before()
    {
        _week.Recovered(ReportWeek.At(-2), failures: 2);
        await _week.WriteAsync();

        var report = await _week.ReadAsync();

        report.HandedOver.ShouldBe(0);
        report.Stages[0].ShouldBe(new("compensation", 2, 1));
        report.AttemptsNeeded.ShouldBe([new(3, 1)]);
        report.MaxSecondsToEnd.ShouldBe(3 * 3600);
    }

    [Fact]
    public async Task Should_tell_two_rounds_of_one_order_apart()
    {
        var orderId = Guid.NewGuid();
        foreach (var (began, failures) in (ReadOnlySpan<(int, int)>)[(1, 2), (20, 0)])
        {
            _week.Step(orderId, ReportWeek.At(began), CompensationStepNames.HandedOver);
            for (var i = 1; i <= failures; i++)
                _week.Step(orderId, ReportWeek.At(began + i), CompensationStepNames.AttemptFailed, i);
            _week.Step(orderId, ReportWeek.At(began + failures + 1), CompensationStepNames.Succeeded, failures + 1, detail: "compensation: Committed");
        }

        await _week.WriteAsync();

        var report = await _week.ReadAsync();

        report.AttemptsNeeded.ShouldBe([new(1, 1), new(3, 1)]);
        (report.Ended, report.MeanSecondsToEnd, report.MaxSecondsToEnd).ShouldBe((2, 2 * 3600.0, 3 * 3600.0));
    }

    [Fact]
    public async Task Should_not_make_up_a_duration_for_an_order_whose_beginning_is_lost()
    {
        _week.Step(Guid.NewGuid(), ReportWeek.At(5), CompensationStepNames.Succeeded, 1, detail: "compensation: RolledBack");
        await _week.WriteAsync();

        var report = await _week.ReadAsync();

        report.AttemptsNeeded.ShouldBe([new(1, 1)]);
        (report.Ended, report.MeanSecondsToEnd).ShouldBe((0, null));
    }

    [Fact]
    public async Task Should_count_archived_orders_by_cause_and_who_is_still_open()
    {
        await _week.ArchiveAsync(ReportWeek.At(1), "redis", Orders.Handled(ReportWeek.At(2)));
        await _week.ArchiveAsync(ReportWeek.At(2), "redis");
        await _week.ArchiveAsync(ReportWeek.At(3), "支付超时 💥");
        await _week.ArchiveAsync(ReportWeek.At(4), "mysql");
        await _week.ArchiveAsync(ReportWeek.At(-400), "mysql");

        var report = await _week.ReadAsync();

        report.ArchivedByCause.ShouldBe([new("redis", 2), new("mysql", 1), new("支付超时 💥", 1)]);
        (report.Archived, report.ArchivedAndHandled, report.ArchivedAndOpen, report.OpenInAll).ShouldBe((4, 1, 3, 4));
        WeeklyReportText.Markdown(report, chinese: true).ShouldContain("- **主要归档原因**: redis: 2; mysql: 1; 支付超时 💥: 1\n");
        report.FinalFailureRate.ShouldBeNull();
    }

    [Fact]
    public async Task Should_say_when_steps_are_in_files_only()
    {
        var report = await _week.Reader("file").ReadAsync(ReportWeek.Week);

        report.StepsAreInFilesOnly.ShouldBeTrue();
        WeeklyReportText.Markdown(report, chinese: false).ShouldContain("run ./seckill replay-log, then ./seckill report");
    }
}

[Collection(PostgresTests.Name)]
public sealed class WeeklyReport_with_the_table_Specs(PostgresFixture postgres) : WeeklyReport_Specs(postgres)
{
    private protected override IFailedOrderArchive NewArchive(TestDatabase database) => new PostgresArchive(database.Database);
}

[Collection(PostgresTests.Name)]
public sealed class WeeklyReport_with_S3_Specs(PostgresFixture postgres, S3Fixture s3) : WeeklyReport_Specs(postgres), IClassFixture<S3Fixture>
{
    S3Archive? _archive;

    public override async Task DisposeAsync()
    {
        _archive?.Dispose();
        await base.DisposeAsync();
    }

    private protected override IFailedOrderArchive NewArchive(TestDatabase database) => _archive = S3Fixture.NewArchive(S3Fixture.NewPrefix(s3.Server));
}
