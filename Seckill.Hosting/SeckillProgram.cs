using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Hosting.Configuration;
using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting;

/// <summary>The frame of a <c>Program.cs</c>: defaults, the process's own parts, run, and an exit code that tells the truth.</summary>
public static class SeckillProgram
{
    /// <summary>Exit code of a process that could not start or that ended by an exception.</summary>
    public const int Failed = 1;

    /// <summary>Builds and runs the application until it is told to stop.</summary>
    /// <param name="serviceName">The process's name in logs and traces.</param>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Adds the process's own services.</param>
    /// <param name="map">Maps the process's own endpoints.</param>
    /// <returns>The exit code: 0 after an orderly stop, else <see cref="Failed"/>.</returns>
    public static async Task<int> RunAsync(
        string serviceName, string[] args, Action<WebApplicationBuilder> configure, Action<WebApplication>? map = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        WebApplicationBuilder? builder = null;
        WebApplication? app = null;
        try
        {
            builder = WebApplication.CreateBuilder(args);
            builder.AddSeckillDefaults(serviceName);
            configure(builder);
            app = builder.Build();
            app.CheckSettings();
            app.UseRequestSpans();
            app.MapSeckillDefaults();
            map?.Invoke(app);
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
#pragma warning disable CA1031 // The outermost frame: whatever ends the process is reported in words and by the exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await ReportAsync(serviceName, exception, builder, app).ConfigureAwait(false);
            return Failed;
        }
        finally
        {
            if (app is not null)
                await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async Task ReportAsync(string serviceName, Exception exception, WebApplicationBuilder? builder, WebApplication? app)
    {
        // Without a builder it is the files of the configuration that can't be read.
        var failures = ConfigurationFailures.Describe(exception, builder?.Configuration ?? (IConfiguration)new ConfigurationBuilder().Build());
        if (failures.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{serviceName} cannot start: {failures.Count} wrong setting(s)").ConfigureAwait(false);
            foreach (var failure in failures)
                await Console.Error.WriteLineAsync("  " + failure).ConfigureAwait(false);
        }
        else
        {
            await Console.Error.WriteLineAsync($"{serviceName} ended: {exception}").ConfigureAwait(false);
        }

        try
        {
            app?.Services.GetService<ILoggerFactory>()?.CreateLogger(serviceName)
                .LogCritical(exception, "{Service} ended: {Failures}", serviceName, failures);
        }
        catch (ObjectDisposedException)
        {
            // RunAsync disposes of the services when it fails; standard error has the report already.
        }
    }
}
