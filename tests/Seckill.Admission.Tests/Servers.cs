using Seckill.TestSupport;

namespace Seckill.Admission.Tests;

/// <summary>One stock Redis for the tests that don't restart it; each test has an activity of its own.</summary>
public sealed class StockRedis : IAsyncLifetime
{
    static long lastActivity;

    internal RedisServer Server { get; private set; } = null!;

    public static long NewActivity() => Interlocked.Increment(ref lastActivity);

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class StockRedisTests : ICollectionFixture<StockRedis>
{
    public const string Name = "stock redis";
}
