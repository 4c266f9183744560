using Microsoft.AspNetCore.Mvc;

using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Api.AuditTrail;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Orders;
using Seckill.Ledger.Transactions;
using Seckill.Operations.CompensationLog;

namespace Seckill.Api.Transactions;

/// <summary>Shows transactions to operators, and lets them roll one back.</summary>
static class TransactionEndpoints
{
    const int DefaultPage = 20;
    const int MaximumPage = 100;
    const int MaximumAgeSeconds = 10 * 365 * 24 * 3600;
    const int MaximumReason = 512;

    static readonly string[] RollbackFields = ["reason"];

    public static void MapTransactions(this IEndpointRouteBuilder api)
    {
        var transactions = api.MapGroup("/transactions").RequireAuthorization(Policies.Operator);
        transactions.MapGet("/{orderId}", FindAsync).Describe(Descriptions.FindTransaction);
        transactions.MapGet("", ListAsync).Describe(Descriptions.ListTransactions);
        transactions.MapPost("/{orderId}/rollback", RollBackAsync)
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes))
            .AuditedAs("rollback", "orderId")
            .Describe(Descriptions.RollBack);
    }

    static async Task<IResult> FindAsync(
        string orderId, HttpContext context, TransactionReader transactions, OrderReader orders, StockAdmission admission, CompensationStore compensations,
        ICompensationLog log, TimeProvider clock, ILogger<TransactionView> logger)
    {
        var cancellationToken = context.RequestAborted;
        if (!Guid.TryParseExact(orderId, "D", out var id))
            return Unknown(orderId);

        var transaction = await transactions.FindAsync(id, cancellationToken);
        var compensation = await compensations.FindAsync(id, cancellationToken);
        // An order that failed before MySQL had it is known to compensation alone.
        if ((transaction ?? Unbegun(compensation)) is not { } shown)
            return Unknown(orderId);

        var order = await orders.FindAsync(id, cancellationToken);
        var outages = await log.ReadOutagesAsync(shown.CreatedAt, shown.DecidedAt ?? clock.GetUtcNow(), cancellationToken);
        var timeline = Timeline.Of(await transactions.TimelineAsync(id, cancellationToken), [.. await log.ReadAsync(id, cancellationToken), .. outages]);
        var participants = new Participants(await RedisAsync(shown, admission, logger, cancellationToken), order?.Status ?? "none");
        return Results.Ok(new TransactionView(shown, participants, compensation is null ? null : CompensationView.Of(compensation), timeline));
    }

    static TransactionRecord? Unbegun(CompensationRecord? compensation) => compensation is null
        ? null
        : new TransactionRecord
        {
            OrderId = compensation.OrderId,
            State = "None",
            ActivityId = compensation.Request.ActivityId,
            SkuId = compensation.Request.SkuId,
            BuyerId = compensation.Request.BuyerId,
            Quantity = compensation.Request.Quantity,
            UnitPriceCents = compensation.Request.UnitPriceCents,
            FencingToken = 0,
            RetryCount = compensation.Attempts + compensation.DeadLetterAttempts,
            LastError = compensation.LastError,
            CreatedAt = compensation.Request.AdmittedAt,
            RowVersion = 0,
        };

    static async Task<string> RedisAsync(TransactionRecord transaction, StockAdmission admission, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return Participants.Word(await admission.FindEntryAsync(transaction.ActivityId, transaction.OrderId, cancellationToken));
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            // What MySQL knows is worth showing most when Redis is down.
            logger.LogWarning(exception, "The reservation of order {OrderId} can't be read: Redis does not answer", transaction.OrderId);
            return "unknown";
        }
    }

    static async Task<IResult> ListAsync(HttpContext context, TransactionReader transactions, TimeProvider clock)
    {
        var query = new QueryReader(context.Request.Query).Allow("state", "olderThan", "after", "limit");
        var state = query.Word("state", TransactionFilter.States);
        var olderThan = query.Whole("olderThan", 0, MaximumAgeSeconds);
        var after = query.Id("after");
        var limit = query.Whole("limit", 1, MaximumPage) ?? DefaultPage;
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);

        var found = await transactions.ListAsync(new TransactionFilter
        {
            State = state,
            CreatedBefore = olderThan is { } seconds ? clock.GetUtcNow().AddSeconds(-seconds) : null,
            After = after,
            Limit = limit + 1,
        }, context.RequestAborted);
        var items = found.Take(limit).Select(TransactionSummary.Of).ToList();
        if (found.Count <= limit)
            return Results.Ok(new TransactionPage(items, null));

        var next = $"/api/transactions?after={items[^1].OrderId:D}&limit={limit}"
            + (state is null ? "" : $"&state={state}") + (olderThan is null ? "" : $"&olderThan={olderThan}");
        return Results.Ok(new TransactionPage(items, next));
    }

    static async Task<IResult> RollBackAsync(
        string orderId, HttpContext context, TransactionRequests transactions, RecentOrders recent, OperatorTrail audit)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, RollbackFields);
        if (body is null)
            return problem!;

        using (body)
        {
            var reason = body.Text("reason", MaximumReason);
            if (body.Errors.Any)
                return Problems.Invalid(body.Errors);
            if (!Guid.TryParseExact(orderId, "D", out var id))
                return Unknown(orderId);

            var command = new RollbackTransaction { OrderId = id, Reason = reason, RequestedBy = context.User.Subject() };
            await audit.BeginAsync(context, reason);
            if (await transactions.AskAsync(id, command, context.RequestAborted) is not { } result)
            {
                await audit.EndAsync(context, OperatorTrail.Failed, "no answer");
                return TransactionRequests.NoAnswer;
            }

            await audit.EndAsync(context, result.Accepted ? OperatorTrail.Done : OperatorTrail.Refused, result.Code, null, result);
            recent.Forget(id);
            if (result.Accepted)
                return Results.Ok(new RollbackAnswer(id, result.State, result.Status));
            return result.State is null
                ? Unknown(orderId)
                : Problems.Conflict(result.Code ?? "too_late", result.Message ?? $"A transaction in state {result.State} can't be rolled back", result.Status);
        }
    }

    static ApiProblem Unknown(string orderId) => Problems.NotFound($"There is no transaction of order '{orderId}'");
}
