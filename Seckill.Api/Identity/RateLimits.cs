using System.Threading.RateLimiting;

using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

using Seckill.Api.Http;
using Seckill.Hosting.Configuration;

namespace Seckill.Api.Identity;

/// <summary>Keeps one caller from using up what is there for all, and all of them from using up the process.</summary>
static class RateLimits
{
    /// <summary>Policy: a token bucket for each token subject, or address where there is no token.</summary>
    public const string PerCaller = "per-caller";

    public static void AddApiRateLimits(this IServiceCollection services)
    {
        services.AddValidatedOptions<RateLimitOptions>(RateLimitOptions.Section);
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) => Configure(limiter, options.Value));
    }

    /// <summary>Counts the endpoint's requests among those that the process works on at the same time.</summary>
    public static TBuilder LimitConcurrency<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
        => builder.WithMetadata(ConcurrencyLimited.Instance);

    static void Configure(RateLimiterOptions limiter, RateLimitOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (context, _) =>
        {
            TimeSpan? pause = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null;
            await Problems.RateLimited(pause).ExecuteAsync(context.HttpContext);
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.GetEndpoint()?.Metadata.GetMetadata<ConcurrencyLimited>() is null
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetConcurrencyLimiter("orders", _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = options.ConcurrentOrders,
                    QueueLimit = options.QueuedOrders,
                    QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                }));
        limiter.AddPolicy(PerCaller, context => context.User.FindFirst("sub") is { } subject
            ? Bucket("sub " + subject.Value, options.BuyerPerSecond, options.BuyerBurst)
            : Bucket("address " + context.Connection.RemoteIpAddress, options.AnonymousPerSecond, options.AnonymousBurst));
    }

    static RateLimitPartition<string> Bucket(string caller, int perSecond, int burst)
        => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            // The partitioned limiter replenishes all its buckets with one timer.
            AutoReplenishment = false,
        });

    sealed class ConcurrencyLimited
    {
        public static ConcurrencyLimited Instance { get; } = new();
    }
}
