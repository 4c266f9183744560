using Seckill.Api.Http;

namespace Seckill.Api.Orders;

/// <summary>
/// While more orders come than can be done, refuses those that would wait in vain before anything else is done for them, whoever sends them: what a refusal costs is
/// taken from the others. docs/decisions/0016-back-pressure.md
/// </summary>
sealed class OrderDoor(RequestDelegate next, OrderTurns turns, ApiMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        // What the caller says of its patience is read only where it makes a difference.
        if (!turns.IsOverrun(TimeSpan.Zero) || context.GetEndpoint()?.Metadata.GetMetadata<TakesTurn>() is null || !turns.IsOverrun(PreferredWait.Of(context.Request)))
            return next(context);

        metrics.Outcome(Problems.Overrun.Code);
        return Problems.Overrun.ExecuteAsync(context);
    }
}

/// <summary>Metadata of endpoints whose requests wait for one of the <see cref="OrderTurns"/>.</summary>
sealed class TakesTurn
{
    public static TakesTurn Instance { get; } = new();
}
