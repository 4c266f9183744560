using Seckill.Api.Activities;
using Seckill.Api.AuditTrail;
using Seckill.Api.FailedOrders;
using Seckill.Api.Http;
using Seckill.Api.Orders;
using Seckill.Api.Payments;
using Seckill.Api.Settings;
using Seckill.Api.Transactions;
using Seckill.Contracts;
using Seckill.Operations.Archive;

namespace Seckill.Api.OpenApi;

/// <summary>What the OpenAPI document says of each call.</summary>
static class Descriptions
{
    const string OrderExample = """
        {"orderId":"019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877","activityId":1,"skuId":1,"quantity":1,"amountCents":9900,"status":"confirmed","reason":null,
         "createdAt":"2026-01-01T10:00:00+00:00","confirmedAt":"2026-01-01T10:00:00.08+00:00","payBy":"2026-01-01T10:15:00.08+00:00","paidAt":null,"closedAt":null}
        """;

    static readonly Parameter WaitParameter = new("wait", "integer", "Seconds, 0 to 30, to wait until the status differs from `since`.");
    static readonly Parameter SinceParameter = new("since", "string", "The status that the caller knows; default `pending`.");
    static readonly Parameter AfterParameter = new("after", "string", "The last id of the page before; take it from `next`.");
    static readonly Parameter LimitParameter = new("limit", "integer", "Entries on a page, 1 to 100; default 20.");

    public static CallDescription ListActivities { get; } = new("ListActivities", "Activities", "Activities that are open or will be, with live stock")
    {
        Answers = [new(200, typeof(ActivityList)), new(429), new(503)],
    };

    public static CallDescription FindActivity { get; } = new("FindActivity", "Activities", "One activity with live stock")
    {
        Answers =
        [
            new(200, typeof(ActivityView), """
                {"activityId":1,"name":"New Year sale","phase":"open","opensAt":"2026-01-01T10:00:00+00:00","closesAt":"2026-01-01T12:00:00+00:00",
                 "perBuyerLimit":1,"paymentWindowSeconds":900,"skus":[{"skuId":1,"name":"Phone","unitPriceCents":9900,"total":100,"available":42}]}
                """),
            new(404), new(429), new(503),
        ],
    };

    public static CallDescription PlaceOrder { get; } = new("PlaceOrder", "Orders", "Place an order")
    {
        Details = "Answers as soon as the units are reserved. Repeating a request with the same Idempotency-Key gets the first answer, with header "
            + "Idempotent-Replayed. With `Prefer: wait=SECONDS` the answer is the order itself (200) as soon as it is decided, confirmed or failed, and 202 only "
            + "when the time is up before. Codes of 409: sold_out, already_ordered (with orderId and statusUrl), activity_not_open (with opensAt and closesAt).",
        Parameters =
        [
            new(Orders.PlaceOrder.KeyHeader, "string", "1 to 128 printable ASCII characters, chosen by the caller for this order.", InHeader: true),
            new(Preferences.Header, "string", "`wait=SECONDS` (RFC 7240), at most 30: wait for the decision.", InHeader: true),
        ],
        Body = new(typeof(OrderWish), """{"skuId":1,"quantity":1}"""),
        Answers =
        [
            new(200, typeof(OrderView), OrderExample),
            new(202, typeof(PlacedOrder), """
                {"orderId":"019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877","status":"pending","statusUrl":"/api/orders/019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877"}
                """),
            new(400), new(401), new(403), new(404),
            new(409, Example: """
                {"type":"urn:seckill:problem:sold_out","title":"Sold out","status":409,"detail":"Fewer units are left than were asked for","code":"sold_out"}
                """),
            new(413), new(415),
            new(422, Example: """
                {"type":"urn:seckill:problem:invalid","title":"The request is not valid","status":422,"code":"invalid",
                 "errors":{"quantity":["must be a whole number from 1 to 1"]}}
                """),
            new(429), new(503),
        ],
    };

    public static CallDescription FindOrder { get; } = new("FindOrder", "Orders", "One order; operators may see anybody's")
    {
        Parameters = [WaitParameter, SinceParameter],
        Answers = [new(200, typeof(OrderView), OrderExample), new(401), new(403), new(404), new(422), new(429), new(503)],
    };

    public static CallDescription ListOrders { get; } = new("ListOrders", "Orders", "The caller's orders, newest first")
    {
        Parameters = [AfterParameter, LimitParameter],
        Answers = [new(200, typeof(OrderPage)), new(401), new(403), new(422), new(429), new(503)],
    };

    public static CallDescription CancelOrder { get; } = new("CancelOrder", "Orders", "Give a confirmed order up")
    {
        Details = "Repeating it is answered with 200 again. Codes of 409: too_late, undecided.",
        Answers = [new(200, typeof(OrderActionAnswer)), new(401), new(403), new(404), new(409), new(429), new(503)],
    };

    public static CallDescription PayOrder { get; } = new("PayOrder", "Payments", "Pay a confirmed order")
    {
        Details = "Waits up to 3 seconds for the payment: 200 when it came through, else 202. Codes of 409: too_late, undecided.",
        Answers = [new(200, typeof(PaymentAnswer)), new(202, typeof(PaymentAnswer)), new(401), new(403), new(404), new(409), new(429), new(503)],
    };

    public static CallDescription PaymentCallback { get; } = new("PaymentCallback", "Payments", "The payment provider's word that an order was paid")
    {
        Details = "Authenticated by the provider's signature over the body. Anything but 200 makes the provider repeat it.",
        Parameters = [new("X-Payment-Signature", "string", "t=Unix seconds,v1=HMAC-SHA256 of `t.body` in hexadecimal.", InHeader: true)],
        Answers = [new(200, typeof(OrderActionAnswer)), new(401), new(404), new(409), new(413), new(429), new(503)],
    };

    public static CallDescription FindTransaction { get; } = new("FindTransaction", "Transactions", "One transaction with its participants and timeline")
    {
        Answers = [new(200, typeof(TransactionView)), new(401), new(403), new(404), new(429), new(503)],
    };

    public static CallDescription ListTransactions { get; } = new("ListTransactions", "Transactions", "Transactions, newest first")
    {
        Parameters =
        [
            new("state", "string", "Only those in this state, such as Prepared."),
            new("olderThan", "integer", "Only those that began at least so many seconds ago."),
            AfterParameter, LimitParameter,
        ],
        Answers = [new(200, typeof(TransactionPage)), new(401), new(403), new(422), new(429), new(503)],
    };

    public static CallDescription RollBack { get; } = new("RollBackTransaction", "Transactions", "Roll a transaction back by hand")
    {
        Body = new(typeof(RollbackWish), """{"reason":"The SKU was withdrawn"}"""),
        Answers =
        [
            new(200, typeof(RollbackAnswer)), new(400), new(401), new(403), new(404), new(409), new(413), new(415), new(422), new(429), new(503),
        ],
    };

    static readonly Parameter[] ArchiveFilters =
    [
        new("handled", "boolean", "Only those that are handled, or that are not."),
        new("activityId", "integer", "Only those of an activity."),
        new("buyerId", "string", "Only those of a buyer."),
        new("cause", "string", "Only those with this cause."),
        new("from", "string", "Only those archived at this time or later, in ISO 8601 with an offset."),
        new("before", "string", "Only those archived before this time."),
    ];

    public static CallDescription ListFailedOrders { get; } = new("ListFailedOrders", "Failed orders", "Archived orders, the last first")
    {
        Parameters = [.. ArchiveFilters, new("after", "string", "Where the page begins; take it from `next`."), LimitParameter],
        Answers = [new(200, typeof(FailedOrderList)), new(401), new(403), new(422), new(429), new(503)],
    };

    public static CallDescription FindFailedOrder { get; } = new("FindFailedOrder", "Failed orders", "One archived order with its message and every attempt")
    {
        Answers = [new(200, typeof(FailedOrder)), new(401), new(403), new(404), new(429), new(503)],
    };

    public static CallDescription ExportFailedOrders { get; } = new("ExportFailedOrders", "Failed orders", "Archived orders as CSV")
    {
        Details = "Streamed. Cells that a spreadsheet would take for a formula begin with an apostrophe.",
        Parameters = ArchiveFilters,
        Answers = [new(200), new(401), new(403), new(422), new(429), new(503)],
    };

    public static CallDescription HandleFailedOrder { get; } = new("HandleFailedOrder", "Failed orders", "Mark an archived order as handled")
    {
        Body = new(typeof(HandleWish), """{"note":"Refunded by telephone"}"""),
        Answers = [new(200, typeof(FailedOrder)), new(400), new(401), new(403), new(404), new(409), new(413), new(415), new(422), new(429), new(503)],
    };

    public static CallDescription ReprocessOrder { get; } = new("ReprocessOrder", "Failed orders", "Process an archived order again")
    {
        Details = "Repeating it is harmless. The body may be left out. Code of 409: reprocess_failed, and the order stays in the archive.",
        Body = new(typeof(HandleWish), """{"note":"Redis is repaired"}"""),
        Answers = [new(200, typeof(ReprocessResult)), new(400), new(401), new(403), new(404), new(409), new(413), new(415), new(422), new(429), new(503)],
    };

    public static CallDescription ReprocessOrders { get; } = new("ReprocessOrders", "Failed orders", "Process all archived orders of a filter again")
    {
        Details = "With dryRun nothing is done and the answer says what would be. Otherwise workers process them one by one; the archive shows how far they are.",
        Body = new(typeof(ReprocessWish), """{"dryRun":true,"cause":"redis","limit":1000}"""),
        Answers =
        [
            new(200, typeof(ReprocessPlan)), new(202, typeof(ReprocessPlan)), new(400), new(401), new(403), new(413), new(415), new(422), new(429), new(503),
        ],
    };

    public static CallDescription FindCompensationSettings { get; } = new("FindCompensationSettings", "Settings", "The settings of compensation")
    {
        Answers = [new(200, typeof(CompensationSettingsView)), new(401), new(403), new(429), new(503)],
    };

    public static CallDescription ChangeCompensationSettings { get; } = new("ChangeCompensationSettings", "Settings", "Change the settings of compensation")
    {
        Details = "What is not named stays as it is. With version, the change is refused when somebody else was faster: code changed_meanwhile. All workers follow "
            + "within seconds.",
        Body = new(typeof(Contracts.CompensationSettings), """{"maxRetries":3,"retryDelaySeconds":[10,30,60],"version":0}"""),
        Answers = [new(200, typeof(CompensationSettingsView)), new(400), new(401), new(403), new(409), new(413), new(415), new(422), new(429), new(503)],
    };

    public static CallDescription ListAuditLog { get; } = new("ListAuditLog", "Audit log", "What operators did and were refused, the last first")
    {
        Parameters =
        [
            new("actor", "string", "Only what this operator did."), new("action", "string", "Only this action."),
            new("target", "string", "Only what was done to this."), new("before", "integer", "Only entries with a smaller id; take it from `next`."),
            new("limit", "integer", "Entries on a page, 1 to 500; default 50."),
        ],
        Answers = [new(200, typeof(AuditPage)), new(401), new(403), new(422), new(429), new(503)],
    };
}
