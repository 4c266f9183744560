using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Quartz;

using Seckill.Operations.Archive;
using Seckill.Operations.Postgres;
using Seckill.Operations.Report;
using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Report;

/// <summary>
/// Sends the report of the last week that is over, on one worker. When PostgreSQL or the archive does not answer, a firing of its own is stored for the
/// same week some minutes later: the next one by schedule is a week away.
/// </summary>
[DisallowConcurrentExecution]
public sealed class WeeklyReportJob(
    WeeklyReportSender sender, IOptions<ReportOptions> options, TimeProvider time, ILogger<WeeklyReportJob> logger) : IJob
{
    /// <summary>Job data of a repeated firing: the week that it is about.</summary>
    internal const string Week = "week";

    /// <inheritdoc/>
    public async Task Execute(IJobExecutionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var week = context.MergedJobDataMap.TryGetString(Week, out var text) && text is not null
            ? IsoWeek.Parse(text)
            : IsoWeek.LastBefore(time.GetUtcNow());
        try
        {
            await sender.SendAsync(week, context.CancellationToken);
        }
        catch (Exception exception)
            when (!context.CancellationToken.IsCancellationRequested
                && (exception is ArchiveUnavailableException || PostgresDatabase.IsUnavailable(exception)))
        {
            var again = time.GetUtcNow() + TimeSpan.FromMinutes(options.Value.RetryMinutes);
            logger.LogWarning(exception, "The report of week {Week} could not be sent and is tried again at {Again:u}", week, again);
            await context.Scheduler.ScheduleJob(
                TriggerBuilder.Create().WithIdentity($"{nameof(WeeklyReportJob)}-{week}-{again.ToUnixTimeMilliseconds()}", ClockJob.Group)
                    .ForJob(context.JobDetail.Key).UsingJobData(Week, week.ToString()).StartAt(again).Build(),
                CancellationToken.None);
        }
    }
}
