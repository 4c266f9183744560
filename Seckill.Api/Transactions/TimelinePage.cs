using System.Security.Cryptography;
using System.Text;

using Seckill.Ledger;

namespace Seckill.Api.Transactions;

/// <summary>
/// <c>GET /transactions/{orderId}/timeline</c>: a page that shows an operator what happened to an order. It holds nothing: it asks for the operator's token, keeps that
/// to itself, and reads <c>GET /api/transactions/{orderId}</c>. It may run and load nothing but what it came with.
/// </summary>
static class TimelinePage
{
    static readonly byte[] Page;
    static readonly string Policy;

    static TimelinePage()
    {
        var script = Read("order_timeline.js");
        var style = Read("order_timeline.css");
        Page = Encoding.UTF8.GetBytes(Read("order_timeline.html")
            .Replace("{script}", script, StringComparison.Ordinal).Replace("{style}", style, StringComparison.Ordinal));
        Policy = $"default-src 'none'; script-src {HashOf(script)}; style-src {HashOf(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    public static void MapTimelinePage(this IEndpointRouteBuilder app)
        => app.MapGet("/transactions/{orderId}/timeline", Show).AllowAnonymous().ExcludeFromDescription();

    static IResult Show(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return Results.Bytes(Page, "text/html; charset=utf-8");
    }

    static string Read(string name) => EmbeddedScript.Read(typeof(TimelinePage).Assembly, name).ReplaceLineEndings("\n");

    static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
