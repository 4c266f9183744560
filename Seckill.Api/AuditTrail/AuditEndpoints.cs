using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Operations.AuditLog;

namespace Seckill.Api.AuditTrail;

/// <summary>Shows operators what operators did.</summary>
static class AuditEndpoints
{
    const int DefaultPage = 50;
    const int MaximumPage = 500;
    const int MaximumText = 128;

    public static void MapAuditLog(this IEndpointRouteBuilder api)
        => api.MapGet("/audit-log", ListAsync).RequireAuthorization(Policies.Operator).Describe(Descriptions.ListAuditLog);

    static async Task<IResult> ListAsync(HttpContext context, IAuditLog log)
    {
        var query = new QueryReader(context.Request.Query).Allow("actor", "action", "target", "before", "limit");
        var filter = new AuditFilter(query.Text("actor", MaximumText), query.Text("action", MaximumText), query.Text("target", MaximumText));
        var before = query.WholeLong("before", 1, long.MaxValue);
        var limit = query.Whole("limit", 1, MaximumPage) ?? DefaultPage;
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);

        var found = await log.ListAsync(filter, before, limit + 1, context.RequestAborted);
        var items = found.Take(limit).ToList();
        var next = found.Count <= limit
            ? null
            : $"/api/audit-log?before={items[^1].Id}&limit={limit}" + QueryText.Of(("actor", filter.Actor), ("action", filter.Action), ("target", filter.Target));
        return Results.Ok(new AuditPage(items, next));
    }
}

/// <summary>A page of the audit log, the last entry first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The next page; null on the last one.</param>
sealed record AuditPage(IReadOnlyList<AuditEntry> Items, string? Next);
