using Seckill.Admission.Redis;
using Seckill.Hosting.Health;
using Seckill.Ledger;

namespace Seckill.Workers;

/// <summary>When a worker counts as ready. RabbitMQ, Kafka and the clock register their own checks.</summary>
static class WorkerHealth
{
    public static void AddWorkerHealth(this IServiceCollection services)
        => services.AddHealthChecks()
            .AddCheck<MySqlHealthCheck>("mysql", tags: [HealthEndpoints.ReadyTag])
            .AddCheck<StockRedisHealthCheck>("redis-stock", tags: [HealthEndpoints.ReadyTag]);
}
