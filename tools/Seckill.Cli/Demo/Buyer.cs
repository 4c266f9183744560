using System.Text;

namespace Seckill.Cli.Demo;

/// <summary>One buyer, who places one order in one activity.</summary>
sealed class Buyer
{
    readonly string _host;
    readonly string _token;
    int _followed;

    public Buyer(string host, long activityId, string name, string token)
    {
        _host = host;
        _token = token;
        ActivityId = activityId;
        Request = Encoding.ASCII.GetBytes(
            $"POST /api/activities/{activityId}/orders HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {name}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
    }

    /// <summary>What is asked for: one unit of the activity's only SKU.</summary>
    public const string Body = """{"skuId":1,"quantity":1}""";

    public long ActivityId { get; }

    /// <summary>The whole request, made before the clock starts.</summary>
    public byte[] Request { get; }

    /// <summary>The order, once it was answered 202.</summary>
    public Guid? OrderId { get; private set; }

    /// <summary>When the request that was accepted was first sent.</summary>
    public long SentAt { get; private set; }

    /// <summary>When the API reported the decision; 0 until then.</summary>
    public long DecidedAt { get; set; }

    /// <summary>The order's status, as reported last.</summary>
    public string? Status { get; set; }

    /// <summary>Notes a 202; false when the buyer was answered 202 before, by a repeat.</summary>
    public bool TryAccept(Guid orderId, long sentAt)
    {
        if (Interlocked.Exchange(ref _followed, 1) != 0)
            return false;

        OrderId = orderId;
        SentAt = sentAt;
        return true;
    }

    /// <summary>Asks for the order's status, and waits at the server while it is pending.</summary>
    public byte[] StatusRequest(int waitSeconds) => Encoding.ASCII.GetBytes(
        $"GET /api/orders/{OrderId:D}?wait={waitSeconds} HTTP/1.1\r\nHost: {_host}\r\nAuthorization: Bearer {_token}\r\n\r\n");
}
