namespace Seckill.Chaos.Running;

/// <summary>The servers, as the script calls them.</summary>
static class ServerNames
{
    public const string MySql = "mysql";
    public const string StockRedis = "redis-stock";
    public const string CacheRedis = "redis-cache";
    public const string RabbitMq = "rabbitmq";
    public const string Postgres = "postgres";
    public const string Kafka = "kafka";

    /// <summary>The masters of RedLock.</summary>
    public static IReadOnlyList<string> LockMasters { get; } = ["redis-lock-1", "redis-lock-2", "redis-lock-3"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [MySql, StockRedis, CacheRedis, RabbitMq, Postgres, Kafka, .. LockMasters];
}

/// <summary>Our own processes, as the script calls them.</summary>
static class ProgramNames
{
    /// <summary>The API's.</summary>
    public static IReadOnlyList<string> Apis { get; } = ["api-1", "api-2"];

    /// <summary>The workers.</summary>
    public static IReadOnlyList<string> Workers { get; } = ["worker-1", "worker-2"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Apis, .. Workers];
}
