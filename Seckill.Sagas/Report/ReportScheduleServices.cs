using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.Report;
using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Report;

/// <summary>Registers the weekly report's place in the clock.</summary>
public static class ReportScheduleServices
{
    /// <summary>Adds the report and sends it once a week for all workers together. Needs the clock and Seckill.Operations.</summary>
    public static IServiceCollection AddWeeklyReportSchedule(this IServiceCollection services)
    {
        services.AddWeeklyReport();
        services.AddClockJob<WeeklyReportJob>(x =>
        {
            var options = x.GetRequiredService<IOptions<ReportOptions>>().Value;
            return CronTimes.Weekly(options.ToDay(), options.Hour);
        });
        return services;
    }
}
