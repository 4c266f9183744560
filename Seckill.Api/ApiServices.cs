using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Api.Activities;
using Seckill.Api.AuditTrail;
using Seckill.Api.FailedOrders;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.Messaging;
using Seckill.Api.OpenApi;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Hosting.Health;
using Seckill.Hosting.Telemetry;
using Seckill.Ledger;
using Seckill.Operations;
using Seckill.Payments;

namespace Seckill.Api;

/// <summary>What the API consists of.</summary>
static class ApiServices
{
    /// <summary>Adds the API with its bus.</summary>
    public static void AddSeckillApi(this WebApplicationBuilder builder)
    {
        builder.AddSeckillHttp();
        builder.Services.AddApiBus();
    }

    /// <summary>Adds all but the bus.</summary>
    public static void AddSeckillHttp(this WebApplicationBuilder builder)
    {
        OrderTrace.Sample(builder.TraceRatio());
        var services = builder.Services;
        services.AddLedger();
        services.AddAdmission();
        services.AddOperations();
        services.AddPayments();
        services.AddPaymentSettlement();

        services.ConfigureHttpJsonOptions(x => x.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddBearerIdentity();
        services.AddCallerGate();
        services.AddApiDescription();

        services.AddSingleton<ActivityDirectory>();
        services.AddSingleton<LiveStock>();
        services.AddSingleton<OrderLookup>();
        services.AddSingleton<OrderPublisher>();
        services.AddSingleton<OrderTurns>();
        services.AddSingleton<OrderWaiters>();
        services.AddSingleton<OrderWatch>();
        services.AddSingleton<PlaceOrder>();
        services.AddSingleton<PreferredWait>();
        services.AddSingleton<PublishedOrders>();
        services.AddSingleton<RecentOrders>();
        services.AddSingleton<Commands>();
        services.AddSingleton<TransactionRequests>();
        services.AddSingleton<ReprocessRequests>();
        services.AddSingleton<OperatorTrail>();
        services.AddSingleton<ApiMetrics>();
        services.AddHostedService<LostNewsSweep>();
        services.AddHostedService(x => x.GetRequiredService<PublishedOrders>());

        services.AddHealthChecks()
            .AddCheck<StockRedisHealthCheck>("redis-stock", tags: [HealthEndpoints.ReadyTag])
            .AddCheck<MySqlHealthCheck>("mysql", tags: [HealthEndpoints.ReadyTag]);
    }
}
