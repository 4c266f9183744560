using System.Diagnostics;
using System.Text;

using Seckill.Cli.Demo;
using Seckill.Contracts;

namespace Seckill.Bench.Load;

/// <summary>One order of a load: its requests, made before the clock starts, and what came of it. Times are ticks of the stopwatch.</summary>
sealed class BenchOrder
{
    readonly byte[] _statusTail;

    /// <summary>Makes the requests.</summary>
    /// <param name="host">The server's name.</param>
    /// <param name="activityId">The activity.</param>
    /// <param name="skuId">The SKU, of which one unit is ordered.</param>
    /// <param name="buyer">Whose it is, and its idempotency key.</param>
    /// <param name="token">The buyer's token.</param>
    /// <param name="untilDecided">Whether the server is to answer when the order is decided, and not when it is accepted.</param>
    public BenchOrder(string host, long activityId, long skuId, string buyer, string token, bool untilDecided)
    {
        var body = $"{{\"skuId\":{skuId},\"quantity\":1}}";
        ActivityId = activityId;
        Request = Encoding.ASCII.GetBytes(
            $"POST /api/activities/{activityId}/orders HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {buyer}\r\n"
            + (untilDecided ? $"Prefer: wait={WaitSeconds}\r\n" : "") + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        _statusTail = Encoding.ASCII.GetBytes($"?wait={WaitSeconds} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    }

    /// <summary>How long the server holds a request that waits for the decision.</summary>
    const int WaitSeconds = 30;

    public long ActivityId { get; }

    public byte[] Request { get; }

    /// <summary>When it should have been sent; latencies count from here.</summary>
    public long IntendedAt { get; set; }

    public long AnsweredAt { get; set; }

    /// <summary>When the client knew that the order is confirmed; 0 until then.</summary>
    public long DecidedAt { get; set; }

    /// <summary>The status code of the answer; 0 without one.</summary>
    public int HttpStatus { get; set; }

    /// <summary>The code of a refusal.</summary>
    public string? Code { get; set; }

    /// <summary>The seconds after which a refused one may come again; 0 when it was not told.</summary>
    public int RetryAfterSeconds { get; set; }

    public Guid? OrderId { get; set; }

    /// <summary>The order's status, as reported last.</summary>
    public string? Status { get; set; }

    /// <summary>Takes in the answer to the request.</summary>
    public void Answered(HttpAnswer answer)
    {
        AnsweredAt = Stopwatch.GetTimestamp();
        HttpStatus = answer.Status;
        if (answer.Status is not (200 or 202))
        {
            Code = answer.Member("code"u8);
            RetryAfterSeconds = answer.RetryAfterSeconds;
            return;
        }

        OrderId = Guid.Parse(answer.Member("orderId"u8)!);
        Status = answer.Member("status"u8);
        if (Status != OrderStatus.Pending)
            DecidedAt = AnsweredAt;
    }

    /// <summary>Takes in the answer to the question what became of it.</summary>
    public void Told(HttpAnswer answer)
    {
        if (answer.Status == 200 && answer.Member("status"u8) is { } status && status != OrderStatus.Pending)
            (Status, DecidedAt) = (status, Stopwatch.GetTimestamp());
    }

    /// <summary>The connection fell before there was an answer.</summary>
    public void Unanswered() => AnsweredAt = Stopwatch.GetTimestamp();

    /// <summary>The request that waits at the server for the decision.</summary>
    public byte[] StatusRequest() => [.. "GET /api/orders/"u8, .. Encoding.ASCII.GetBytes(OrderId!.Value.ToString("D")), .. _statusTail];
}
