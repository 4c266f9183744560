using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Operations.Alerts;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>Alerts as a process has them: container, options, background service, a spool.</summary>
sealed class AlertsHost : IAsyncDisposable
{
    readonly IHost _host;

    AlertsHost(IHost host, LogLines log)
    {
        _host = host;
        Log = log;
    }

    public IAlerts Alerts => _host.Services.GetRequiredService<IAlerts>();

    public LogLines Log { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<AlertsHost> StartAsync(
        IReadOnlyDictionary<string, string?> settings, string spool, TimeProvider? clock = null, RedisConnections? redis = null)
    {
        var host = Build(settings, spool, clock, redis);
        await host._host.StartAsync();
        return host;
    }

    public static AlertsHost Build(
        IReadOnlyDictionary<string, string?> settings, string spool, TimeProvider? clock = null, RedisConnections? redis = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["SpoolPath"] = spool, ["Language"] = "en" }
            .Concat(settings.Where(x => x.Key is not ("SpoolPath" or "Language")))
            .Concat(settings.Where(x => x.Key is "SpoolPath" or "Language"))
            .GroupBy(x => x.Key)
            .Select(x => new KeyValuePair<string, string?>("Alerts:" + x.Key, x.Last().Value)));
        var log = new LogLines();
        builder.Logging.AddProvider(log);
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        if (redis is not null)
            builder.Services.AddSingleton(redis);
        builder.Services.AddAlerts();
        return new AlertsHost(builder.Build(), log);
    }

    public static RedisConnections Redis(int port)
        => new(
            Options.Create(new RedisOptions { Cache = new RedisEndpoint { Port = port, ConnectTimeoutMilliseconds = 5000 } }), TimeProvider.System,
            NullLogger<RedisConnection>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
