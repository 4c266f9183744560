using Microsoft.Extensions.Options;

using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Report;
using Seckill.Operations.Tests.Archive;
using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.Report;

/// <summary>A week of which tests know everything: steps in the table, orders in an archive.</summary>
sealed class ReportWeek(TestDatabase database, IFailedOrderArchive archive)
{
    public static readonly IsoWeek Week = IsoWeek.Parse("2026-W10");

    readonly List<CompensationStep> _steps = [];

    public WeeklyReportReader Reader(string logStorage = "both")
        => new(database.Database, archive, Options.Create(new CompensationLogOptions { LogStorage = logStorage }));

    public Task<WeeklyReport> ReadAsync() => Reader().ReadAsync(Week);

    /// <summary>So many hours after the week began.</summary>
    public static DateTimeOffset At(double hours) => Week.From.AddHours(hours);

    public ReportWeek Step(Guid? orderId, DateTimeOffset at, string step, int attempt = 0, string? cause = null, string? detail = null)
    {
        _steps.Add(StepLine.Normalise(new CompensationStep { At = at, OrderId = orderId, Step = step, Attempt = attempt, Cause = cause, Detail = detail }));
        return this;
    }

    /// <summary>An order that failed, and succeeded after so many failed attempts, an hour apart.</summary>
    public ReportWeek Recovered(DateTimeOffset failedAt, int failures, string stage = "compensation")
    {
        var orderId = Guid.NewGuid();
        Step(orderId, failedAt, CompensationStepNames.HandedOver, cause: "redis");
        for (var i = 1; i <= failures; i++)
            Step(orderId, failedAt.AddHours(i), CompensationStepNames.AttemptFailed, i, "redis");
        return Step(orderId, failedAt.AddHours(failures + 1), CompensationStepNames.Succeeded, failures + 1, detail: stage + ": RolledBack");
    }

    public async Task<FailedOrder> ArchiveAsync(DateTimeOffset at, string cause, Handling? handling = null)
    {
        var order = Orders.New() with { ArchivedAt = at, FirstFailedAt = at.AddHours(-2), Cause = cause };
        await archive.AddAsync(order);
        if (handling is not null)
            await archive.MarkHandledAsync(order.ArchiveId, handling);
        return order;
    }

    public Task WriteAsync() => new StepTable(database.Database).AddAsync(_steps, CancellationToken.None);
}
