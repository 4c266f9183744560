using Seckill.Api.AuditTrail;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Contracts;
using Seckill.Ledger.Transactions;
using Seckill.Operations.Archive;

namespace Seckill.Api.FailedOrders;

/// <summary>Has all archived orders of a filter processed again, or says what that would do.</summary>
static class BulkReprocess
{
    const string Action = "reprocess.bulk";
    const int DefaultLimit = 1000;
    const int MaximumLimit = 10_000;
    const int MaximumNote = 1000;
    const int MostShown = 1000;

    static readonly string[] Fields = ["dryRun", "activityId", "buyerId", "cause", "from", "before", "limit", "note"];

    public static async Task<IResult> RunAsync(
        HttpContext context, IFailedOrderArchive archive, TransactionReader transactions, ReprocessRequests requests, OperatorTrail audit, TimeProvider clock)
    {
        var cancellationToken = context.RequestAborted;
        var (body, problem) = await JsonBody.ReadAsync(context.Request, Fields);
        if (body is null)
            return problem!;

        using (body)
        {
            var filter = FailedOrderQuery.Read(body);
            var dryRun = body.Flag("dryRun", missing: false);
            var limit = (int)body.Whole("limit", 1, MaximumLimit, missing: DefaultLimit);
            var note = body.OptionalText("note", MaximumNote);
            if (body.Errors.Any)
                return Problems.Invalid(body.Errors);

            var plan = await PlanAsync(archive, transactions, filter, limit, clock, cancellationToken);
            var actions = plan.GroupBy(x => x.Action).ToDictionary(x => x.Key, x => x.Count());
            if (dryRun)
                return Results.Ok(new ReprocessPlan(true, plan.Count, 0, actions, [.. plan.Take(MostShown)]));

            var commands = plan.Where(x => x.Action != "none")
                .Select(x => new ReprocessOrder { OrderId = Guid.Parse(x.ArchiveId), RequestedBy = context.User.Subject(), Note = note }).ToList();
            await audit.BeginAsync(context, Action, "failed-orders", note, filter, actions);
            await requests.SendAsync(commands, cancellationToken);
            await audit.EndAsync(context, Action, "failed-orders", OperatorTrail.Done, $"{commands.Count} orders sent", filter, actions);
            return Results.Json(new ReprocessPlan(false, plan.Count, commands.Count, actions, []), statusCode: StatusCodes.Status202Accepted);
        }
    }

    static async Task<IReadOnlyList<PlannedReprocess>> PlanAsync(
        IFailedOrderArchive archive, TransactionReader transactions, FailedOrderFilter filter, int limit, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var orders = new List<FailedOrder>();
        await foreach (var order in archive.ReadAsync(filter, cancellationToken))
        {
            orders.Add(order);
            if (orders.Count == limit)
                break;
        }

        var plan = new List<PlannedReprocess>(orders.Count);
        var states = await transactions.StatesAsync([.. orders.Select(x => x.OrderId).OfType<Guid>()], cancellationToken);
        foreach (var order in orders)
        {
            var (state, expiresAt) = order.OrderId is { } id && states.TryGetValue(id, out var known) ? known : default;
            plan.Add(new PlannedReprocess(order.ArchiveId, state, ActionFor(order, state, expiresAt <= clock.GetUtcNow())));
        }

        return plan;
    }

    static string ActionFor(FailedOrder order, string? state, bool isDue) => state switch
    {
        _ when order.OrderId is null => "none",
        null => "begin",
        "Prepared" => isDue ? "roll_back" : "commit",
        "RollingBack" or "Cancelling" or "Refunding" => "finish",
        _ => "mark_handled",
    };
}
