using MassTransit;

using Seckill.Admission;
using Seckill.Api.Activities;
using Seckill.Contracts;

namespace Seckill.Api.Messaging;

/// <summary>Drops what this process holds of a stock that changed. Deduplicates on nothing: dropping it twice changes nothing.</summary>
sealed class StockChangedConsumer(LiveStock stock, ActivityDirectory activities, SoldOutCache soldOut) : IConsumer<StockChanged>
{
    public Task Consume(ConsumeContext<StockChanged> context)
    {
        var change = context.Message;
        soldOut.Invalidate(change.ActivityId, change.SkuId);
        stock.Invalidate(change.ActivityId);
        if (change.Cause == "activity_changed")
            activities.Invalidate(change.ActivityId);
        return Task.CompletedTask;
    }
}
