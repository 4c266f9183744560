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
            await audit.BeginAsync(context, note, filter, actions);
            var sent = await requests.SendAsync(commands, cancellationToken);
            var outcome = sent == commands.Count ? OperatorTrail.Done : OperatorTrail.Failed;
            await audit.EndAsync(context, outcome, $"{sent} of {commands.Count} orders sent", filter, actions);
            if (sent < commands.Count)
                return Problems.NotReady($"RabbitMQ does not answer: {sent} of {commands.Count} orders were sent; repeating it is harmless");

            return Results.Json(new ReprocessPlan(false, plan.Count, commands.Count, actions, []), statusCode: StatusCodes.Status202Accepted);
        }
    }

    static async Task<IReadOnlyList<PlannedReprocess>> PlanAsync(
        IFailedOrderArchive archive, TransactionReader transactions, FailedOrderFilter filter, int limit, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        // Up to 10,000, and some are large: no more of them than is needed.
        var orders = new List<(string ArchiveId, Guid? OrderId)>();
        await foreach (var order in archive.ReadAsync(filter, cancellationToken))
        {
            orders.Add((order.ArchiveId, order.OrderId));
            if (orders.Count == limit)
                break;
        }

        var plan = new List<PlannedReprocess>(orders.Count);
        var states = await transactions.StatesAsync([.. orders.Select(x => x.OrderId).OfType<Guid>()], cancellationToken);
        foreach (var (archiveId, orderId) in orders)
        {
            var (state, expiresAt) = orderId is { } id && states.TryGetValue(id, out var known) ? known : default;
            plan.Add(new PlannedReprocess(archiveId, state, orderId is null ? "none" : ActionFor(state, expiresAt <= clock.GetUtcNow())));
        }

        return plan;
    }

    static string ActionFor(string? state, bool isDue) => state switch
    {
        null => "begin",
        "Prepared" => isDue ? "roll_back" : "commit",
        "RollingBack" or "Cancelling" or "Refunding" => "finish",
        _ => "mark_handled",
    };
}
