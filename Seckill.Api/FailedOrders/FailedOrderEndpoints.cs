using Microsoft.AspNetCore.Mvc;

using Seckill.Api.AuditTrail;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Contracts;
using Seckill.Operations.Archive;

namespace Seckill.Api.FailedOrders;

/// <summary>Lets operators work off the archive: see it, take it away as CSV, have orders processed again, mark them as handled.</summary>
static class FailedOrderEndpoints
{
    const int DefaultPage = 20;
    const int MaximumPage = 100;
    const int MaximumNote = 1000;
    const string Archive = "failed-orders";

    static readonly string[] HandleFields = ["note"];

    public static void MapFailedOrders(this WebApplication app, IEndpointRouteBuilder api)
    {
        api.MapGet("/failed-orders.csv", ExportAsync).RequireAuthorization(Policies.Operator).AuditedOn("export", Archive).Describe(Descriptions.ExportFailedOrders);
        var archive = api.MapGroup("/failed-orders").RequireAuthorization(Policies.Operator);
        archive.MapGet("", ListAsync).Describe(Descriptions.ListFailedOrders);
        archive.MapGet("/{archiveId}", FindAsync).Describe(Descriptions.FindFailedOrder);
        archive.MapPost("/{archiveId}/handle", HandleAsync)
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes)).AuditedAs("handle", "archiveId").Describe(Descriptions.HandleFailedOrder);
        archive.MapPost("/reprocess", BulkReprocess.RunAsync)
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes)).AuditedOn("reprocess.bulk", Archive).Describe(Descriptions.ReprocessOrders);
        app.MapPost("/reprocess_order/{orderId}", ReprocessAsync)
            .RequireAuthorization(Policies.Operator).LimitCallers()
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes)).AuditedAs("reprocess", "orderId").Describe(Descriptions.ReprocessOrder);
    }

    static async Task<IResult> ListAsync(HttpContext context, IFailedOrderArchive archive)
    {
        var query = new QueryReader(context.Request.Query).Allow([.. FailedOrderQuery.Names, "after", "limit"]);
        var filter = FailedOrderQuery.Read(query);
        var after = query.Text("after", 512);
        var limit = query.Whole("limit", 1, MaximumPage) ?? DefaultPage;
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);

        try
        {
            var page = await archive.ListAsync(filter, after, limit, context.RequestAborted);
            var next = page.Next is null ? null : $"/api/failed-orders?after={Uri.EscapeDataString(page.Next)}&limit={limit}{FailedOrderQuery.Text(filter)}";
            return Results.Ok(new FailedOrderList([.. page.Items.Select(FailedOrderSummary.Of)], next));
        }
        catch (FormatException)
        {
            return Problems.Invalid("after", "must be taken from 'next' of the page before");
        }
    }

    static async Task<IResult> FindAsync(string archiveId, HttpContext context, IFailedOrderArchive archive)
        => await archive.FindAsync(archiveId, context.RequestAborted) is { } order ? Results.Ok(order) : Unknown(archiveId);

    static async Task<IResult> ExportAsync(HttpContext context, IFailedOrderArchive archive, OperatorTrail audit)
    {
        var query = new QueryReader(context.Request.Query).Allow(FailedOrderQuery.Names);
        var filter = FailedOrderQuery.Read(query);
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);

        await audit.BeginAsync(context, after: filter);
        // Begun before the first byte is sent, so that an archive which is down is answered as such.
        var orders = archive.ReadAsync(filter, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        var any = await orders.MoveNextAsync();
        return Results.Stream(
            async body =>
            {
                try
                {
                    await FailedOrderCsv.WriteAsync(From(orders, any), body, context.RequestAborted);
                    await audit.EndAsync(context, OperatorTrail.Done);
                }
                catch (ArchiveUnavailableException exception)
                {
                    await audit.EndAsync(context, OperatorTrail.Failed, exception.Message);
                    // Half a file must not look like a whole one.
                    context.Abort();
                }
                catch (Exception) when (context.RequestAborted.IsCancellationRequested)
                {
                    await audit.EndAsync(context, OperatorTrail.Failed, OperatorTrail.HungUp);
                    throw;
                }
            },
            "text/csv; charset=utf-8", "failed-orders.csv");
    }

    static async IAsyncEnumerable<FailedOrder> From(IAsyncEnumerator<FailedOrder> orders, bool any)
    {
        await using (orders)
        {
            for (; any; any = await orders.MoveNextAsync())
                yield return orders.Current;
        }
    }

    static async Task<IResult> HandleAsync(
        string archiveId, HttpContext context, IFailedOrderArchive archive, OperatorTrail audit, TimeProvider clock)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, HandleFields);
        if (body is null)
            return problem!;

        using (body)
        {
            var note = body.Text("note", MaximumNote);
            if (body.Errors.Any)
                return Problems.Invalid(body.Errors);

            var before = await archive.FindAsync(archiveId, context.RequestAborted);
            if (before is null)
                return Unknown(archiveId);

            var handling = new Handling(context.User.Subject(), clock.GetUtcNow(), note);
            await audit.BeginAsync(context, note, before.Handling, handling);
            var outcome = await archive.MarkHandledAsync(archiveId, handling, context.RequestAborted);
            await audit.EndAsync(context, outcome == HandleOutcome.Handled ? OperatorTrail.Done : OperatorTrail.Refused, outcome.ToString());
            return outcome switch
            {
                HandleOutcome.Unknown => Unknown(archiveId),
                HandleOutcome.AlreadyHandled => Problems.Conflict("already_handled", "Somebody has handled this order before; that mark stays", null),
                _ => Results.Ok(await archive.FindAsync(archiveId, context.RequestAborted)),
            };
        }
    }

    static async Task<IResult> ReprocessAsync(string orderId, HttpContext context, ReprocessRequests requests, OperatorTrail audit)
    {
        var (note, problem) = await NoteAsync(context);
        if (problem is not null)
            return problem;
        if (!Guid.TryParseExact(orderId, "D", out var id))
            return Unknown(orderId);

        await audit.BeginAsync(context, note);
        var result = await requests.AskAsync(
            new ReprocessOrder { OrderId = id, RequestedBy = context.User.Subject(), Note = note }, context.RequestAborted);
        var outcome = result?.Outcome switch
        {
            ReprocessOutcomes.Settled => OperatorTrail.Done,
            ReprocessOutcomes.AlreadyHandled or ReprocessOutcomes.Unknown => OperatorTrail.Refused,
            _ => OperatorTrail.Failed,
        };
        await audit.EndAsync(context, outcome, result is null ? "no answer" : result.Error ?? result.Outcome, null, result);
        return result?.Outcome switch
        {
            ReprocessOutcomes.Settled or ReprocessOutcomes.AlreadyHandled => Results.Ok(result),
            ReprocessOutcomes.Unknown => Unknown(orderId),
            ReprocessOutcomes.Failed => Problems.Conflict("reprocess_failed", $"The order failed again and stays in the archive: {result.Error}", null),
            _ => Problems.NotReady("No worker answered in time; the order may be processed still: look at it again before repeating this"),
        };
    }

    /// <summary>The note of a body that need not be there.</summary>
    static async Task<(string? Note, ApiProblem? Problem)> NoteAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 || (context.Request.ContentLength is null && context.Request.ContentType is null))
            return (null, null);

        var (body, problem) = await JsonBody.ReadAsync(context.Request, HandleFields);
        if (body is null)
            return (null, problem);

        using (body)
        {
            var note = body.OptionalText("note", MaximumNote);
            return body.Errors.Any ? (null, Problems.Invalid(body.Errors)) : (note, null);
        }
    }

    static ApiProblem Unknown(string id) => Problems.NotFound($"The archive has no order '{id}'");
}
