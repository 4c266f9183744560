using Seckill.Contracts;

namespace Seckill.Api.Http;

/// <summary>Every error that the API answers with.</summary>
static class Problems
{
    /// <summary>Largest body that is read, in bytes.</summary>
    public const int MaximumBodyBytes = 16 * 1024;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static ApiProblem Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed", "The request can't be read", detail);

    public static ApiProblem Unauthenticated(string detail)
        => new(StatusCodes.Status401Unauthorized, "unauthenticated", "A valid token is needed", detail);

    public static ApiProblem Forbidden { get; } = new(StatusCodes.Status403Forbidden, "forbidden", "The token's role does not allow this",
        "Claim 'role' must be 'buyer' for orders and 'operator' or 'admin' for transactions, failed orders, settings and the audit log");

    public static ApiProblem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not_found", "There is no such thing", detail);

    public static ApiProblem UnknownOrder(string orderId) => NotFound($"You have no order '{orderId}'");

    public static ApiProblem MethodNotAllowed { get; } = new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed",
        "This address does not know the method", "Header 'Allow' names the ones it knows");

    public static ApiProblem SoldOut { get; } = new(StatusCodes.Status409Conflict, RefusalReasons.SoldOut, "Sold out",
        "Fewer units are left than were asked for; some may come back when other buyers do not pay");

    public static ApiProblem AlreadyOrdered(int limit, string? orderId) => new(StatusCodes.Status409Conflict, RefusalReasons.AlreadyOrdered,
        "The buyer's limit is reached", $"A buyer may hold {limit} unit(s) of this activity")
    {
        Extensions = orderId is null ? [] : [new("orderId", orderId), new("statusUrl", StatusUrl(orderId))],
    };

    public static ApiProblem ActivityNotOpen(DateTimeOffset opensAt, DateTimeOffset closesAt) => new(StatusCodes.Status409Conflict,
        RefusalReasons.ActivityNotOpen, "The activity is not open", "Orders are taken from opensAt until closesAt")
    {
        Extensions = [new("opensAt", Iso(opensAt)), new("closesAt", Iso(closesAt))],
    };

    public static ApiProblem Conflict(string code, string detail, string? status) => new(StatusCodes.Status409Conflict, code,
        "The order's status does not allow this", detail)
    {
        Extensions = status is null ? [] : [new("orderStatus", status)],
    };

    public static ApiProblem ChangedMeanwhile(long version) => new(StatusCodes.Status409Conflict, "changed_meanwhile",
        "Somebody else has changed this", $"It is at version {version} now; read it again and decide anew");

    public static ApiProblem TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is too large",
        $"At most {MaximumBodyBytes} bytes are read");

    public static ApiProblem UnsupportedMediaType { get; } = new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
        "The body is of a type that is not read", "Header 'Content-Type' must be 'application/json'");

    public static ApiProblem Invalid(FieldErrors errors) => new(StatusCodes.Status422UnprocessableEntity, "invalid", "The request is not valid",
        "Member 'errors' says what is wrong with each field")
    {
        Errors = errors,
    };

    public static ApiProblem Invalid(string field, string message) => Invalid(FieldErrors.Of(field, message));

    public static ApiProblem RateLimited(TimeSpan retryAfter) => new(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests",
        "Header 'Retry-After' says when to come back, in seconds")
    {
        RetryAfter = retryAfter,
    };

    /// <summary>More orders come than can be done.</summary>
    public static ApiProblem Overrun { get; } = RateLimited(Soon);

    public static ApiProblem NotReady(string detail) => new(StatusCodes.Status503ServiceUnavailable, "not_ready", "Not possible right now", detail)
    {
        RetryAfter = Soon,
    };

    public static ApiProblem Unexpected(string traceId) => new(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong",
        "The log has the details under this traceId")
    {
        Extensions = [new("traceId", traceId)],
    };

    public static string StatusUrl(string orderId) => "/api/orders/" + orderId;

    static string Iso(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", System.Globalization.CultureInfo.InvariantCulture);
}
