namespace Seckill.Api.Tests;

/// <summary>The API as it comes, which most tests share.</summary>
public sealed class ApiApplication(ApiServers servers) : IAsyncLifetime
{
    internal ApiHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ApiHost.StartAsync(servers);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
