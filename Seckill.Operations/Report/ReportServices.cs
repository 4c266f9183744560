using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Seckill.Operations.Archive;

namespace Seckill.Operations.Report;

/// <summary>Registers the weekly report.</summary>
public static class ReportServices
{
    /// <summary>
    /// Adds what reads and sends it; options come from section <see cref="ReportOptions.Section"/>. Needs the archive
    /// (<see cref="ArchiveServices.AddFailedOrderArchive"/>), the options of the log of compensation and alerts.
    /// </summary>
    public static IServiceCollection AddWeeklyReport(this IServiceCollection services)
    {
        services.AddOptions<ReportOptions>().BindConfiguration(ReportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<WeeklyReportReader>();
        services.AddSingleton<WeeklyReportSender>();
        return services;
    }
}
