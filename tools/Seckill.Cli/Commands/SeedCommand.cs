using System.CommandLine;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Ledger.Catalog;

namespace Seckill.Cli.Commands;

/// <summary><c>seed</c>: one open activity, so that there is something to buy by hand.</summary>
static class SeedCommand
{
    const long ActivityId = 1;

    public static Command Create()
    {
        var command = new Command("seed", "Makes one open activity (id 1, SKUs 1 and 2), unless it is there.");
        command.SetGuardedAction(async (_, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var catalog = services.GetRequiredService<ActivityCatalog>();
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var made = await catalog.FindAsync(ActivityId, cancellationToken) is null;
            if (made)
                await catalog.AddAsync(Activity(now), now, cancellationToken);

            await WarmUpAsync(services, cancellationToken);
            Console.WriteLine(made ? $"Activity {ActivityId} made: SKU 1 (1,000 units), SKU 2 (100 units), open for ten years" : $"Activity {ActivityId} is there");
            return 0;
        });
        return command;
    }

    // A warm-up closes the stock for as long as it lasts, so stock that is there is left alone.
    static async Task WarmUpAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        var redis = await services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        if (await redis.HashGetAsync(new StockKeys(ActivityId).Meta, "phase") != "open")
            await services.GetRequiredService<IStockWarmUp>().WarmUpAsync(ActivityId, cancellationToken);
    }

    static Activity Activity(DateTimeOffset now) => new()
    {
        ActivityId = ActivityId,
        Name = "Opening sale",
        OpensAt = now.AddMinutes(-1),
        ClosesAt = now.AddYears(10),
        PerBuyerLimit = 2,
        PaymentWindowSeconds = 900,
        Skus =
        [
            new ActivitySku { SkuId = 1, Name = "Phone, 256 GB", UnitPriceCents = 199_900, Total = 1_000 },
            new ActivitySku { SkuId = 2, Name = "Headphones", UnitPriceCents = 29_900, Total = 100 },
        ],
    };
}
