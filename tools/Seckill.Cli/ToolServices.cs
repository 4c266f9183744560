using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Admission;
using Seckill.Hosting.Identity;
using Seckill.Ledger;
using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Postgres;
using Seckill.Operations.Report;
using Seckill.Payments;
using Seckill.Sagas.Audit;
using Seckill.Sagas.Clock;

namespace Seckill.Cli;

/// <summary>What the commands work with. Settings come from the same environment variables as those of the services.</summary>
static class ToolServices
{
    public static ServiceProvider Build() => Build(Configuration());

    /// <summary>With settings from somewhere else.</summary>
    public static ServiceProvider Build(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        // Standard output belongs to the commands.
        services.AddLogging(x => x.SetMinimumLevel(LogLevel.Warning)
            // That the files are read because PostgreSQL is away is said by the commands, without a stack.
            .AddFilter(typeof(DoubleLog).FullName, LogLevel.Error)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddLedger();
        services.AddPaymentSchema();
        services.AddClockSchema();
        services.AddAdmission();
        services.AddAudit();
        services.AddPostgres();
        // Never started here: it is read.
        services.AddCompensationLog();
        services.AddFailedOrderArchive();
        // Never started here: the report speaks the language of the alerts.
        services.AddAlerts();
        services.AddWeeklyReport();
        return services.BuildServiceProvider();
    }

    /// <summary>Makes the tokens of buyers and operators.</summary>
    public static TokenIssuer Tokens(IServiceProvider services) => new(Auth(services.GetRequiredService<IConfiguration>()), TimeProvider.System);

    /// <summary>The settings of tokens.</summary>
    public static AuthOptions Auth() => Auth(Configuration());

    static AuthOptions Auth(IConfiguration configuration) => configuration.GetSection(AuthOptions.Section).Get<AuthOptions>() ?? new AuthOptions();

    static IConfigurationRoot Configuration() => new ConfigurationBuilder().AddEnvironmentVariables().Build();
}
