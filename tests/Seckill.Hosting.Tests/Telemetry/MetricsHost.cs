using System.Diagnostics.Metrics;
using System.Net.Http.Headers;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Seckill.Hosting.Health;
using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>A process of ours in small: the defaults on a Kestrel port of the loopback interface, and a call that measures something.</summary>
sealed class MetricsHost : IAsyncDisposable
{
    readonly WebApplication _app;

    MetricsHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Meter = app.Services.GetRequiredService<IMeterFactory>().Create("Seckill.Test");
    }

    public HttpClient Client { get; }

    public Meter Meter { get; }

    public static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = "Seckill.Hosting.Tests" });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(x => x.Key, x => (string?)x.Value));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Error" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSeckillDefaults("seckill-test");
        builder.Services.AddHealthChecks().AddCheck("test", () => HealthCheckResult.Healthy(), [HealthEndpoints.ReadyTag]);
        var app = builder.Build();
        app.CheckSettings();
        app.MapSeckillDefaults();
        app.MapSeckillStatus();
        app.MapGet("/jobs/{id}", (string id) => Results.Text(id));
        return app;
    }

    public static async Task<MetricsHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var app = Build(settings);
        await app.StartAsync();
        return new MetricsHost(app);
    }

    public async Task<(HttpResponseMessage Response, string Text)> ScrapeAsync(string? accept = null, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, MetricsEndpoint.Path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        var response = await Client.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
