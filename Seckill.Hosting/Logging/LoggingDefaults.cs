using System.Globalization;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Configuration;

using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace Seckill.Hosting.Logging;

/// <summary>Structured logs: JSON, one event a line, to files or standard output.</summary>
static class LoggingDefaults
{
    /// <summary>What frameworks say below Warning is noise at the rate of a sale. Section <c>Logging</c> can ask for more.</summary>
    static readonly string[] QuietCategories = ["Microsoft", "System", "MassTransit", "Quartz"];

    /// <summary>
    /// The server's lines about each request. As soon as it may write one, whatever the level, every request has an activity and a scope of its own, which all that it awaits
    /// carries along: a twentieth of what a request costs in a sale.
    /// </summary>
    const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void AddSeckillLogging(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Services.AddValidatedOptions<LogsOptions>(LogsOptions.Section);
        var options = builder.Configuration.GetSection(LogsOptions.Section).Get<LogsOptions>() ?? new LogsOptions();
        SampledStacks.Add(builder.Services);
        var logging = builder.Logging;
        logging.ClearProviders();
        foreach (var category in QuietCategories)
            logging.AddFilter(category, LogLevel.Warning);

        logging.AddFilter(Requests, LogLevel.None);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        // Filters apply in order of registration, the last match wins: what is configured comes after the defaults.
        logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        if (options.LevelsFile.Length > 0)
            logging.AddConfiguration(LogLevelsFile.Read(options.LevelsFile));

        if (options.Console ?? options.Directory.Length == 0)
        {
            logging.AddJsonConsole(x =>
            {
                // The trace and the span in which a line was written are a scope.
                x.IncludeScopes = true;
                x.UseUtcTimestamp = true;
                x.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }

        // Not AddSerilog: that adds a filter of its own, which lets everything down to Trace through to the files. Made when the settings can be checked.
        if (options.Directory.Length > 0)
        {
            builder.Services.AddSingleton<ILoggerProvider>(x => new SerilogLoggerProvider(FileLogger(x.GetRequiredService<IOptions<LogsOptions>>().Value, serviceName), dispose: true));
            builder.Services.AddHostedService(x => ActivatorUtilities.CreateInstance<LogRetention>(x, options, serviceName));
        }
    }

    static Serilog.Core.Logger FileLogger(LogsOptions options, string serviceName)
        => new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .Enrich.WithProperty("Service", serviceName)
            .Enrich.WithProperty("ProcessId", Environment.ProcessId)
            .WriteTo.File(
                new OrderTraceFormatter(new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture)),
                Path.Combine(options.Directory, LogRetention.FileName(serviceName)),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: options.FileSizeBytes,
                retainedFileCountLimit: options.RetainedFiles)
            .CreateLogger();
}
