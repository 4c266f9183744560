using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Seckill.Kafka.Tests;

/// <summary>A process with a bus and the rider, as the system has several of them.</summary>
sealed class RiderHost : IAsyncDisposable
{
    readonly IHost _host;
    bool _stopped;

    RiderHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<RiderHost> StartAsync(
        string bootstrap,
        Action<IRiderRegistrationContext, IKafkaFactoryConfigurator>? configure = null,
        Action<IRiderRegistrationConfigurator>? register = null,
        Action<IBusRegistrationConfigurator>? bus = null,
        Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("TEST_LOG") is { Length: > 0 })
            builder.Logging.AddSimpleConsole(console => console.TimestampFormat = "HH:mm:ss.fff ").SetMinimumLevel(LogLevel.Debug);
        services?.Invoke(builder.Services);
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            bus?.Invoke(x);
            x.UsingInMemory((context, cfg) => cfg.ConfigureEndpoints(context));
            x.AddRider(rider =>
            {
                register?.Invoke(rider);
                rider.UsingKafka((context, k) =>
                {
                    k.Host(bootstrap);
                    configure?.Invoke(context, k);
                });
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new RiderHost(host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
