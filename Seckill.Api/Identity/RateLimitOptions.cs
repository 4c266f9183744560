using System.ComponentModel.DataAnnotations;

namespace Seckill.Api.Identity;

/// <summary>How much one caller may ask of one process: configuration section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "RateLimits";

    /// <summary>Requests per second of one token subject, on average.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 requests per second")]
    public int BuyerPerSecond { get; set; } = 20;

    /// <summary>Requests that one token subject may send at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 requests")]
    public int BuyerBurst { get; set; } = 40;

    /// <summary>Requests per second without a token from one address, on average; many buyers may share an address.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 requests per second")]
    public int AnonymousPerSecond { get; set; } = 2000;

    /// <summary>Requests without a token that one address may send at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 requests")]
    public int AnonymousBurst { get; set; } = 4000;

    /// <summary>Orders of all buyers that a process works on at the same time.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 requests")]
    public int ConcurrentOrders { get; set; } = 512;

    /// <summary>Orders that may wait for their turn beyond that.</summary>
    [Range(0, 1_000_000, ErrorMessage = "must be from 0 to 1000000 requests")]
    public int QueuedOrders { get; set; } = 10_000;

    /// <summary>A queue that has not been empty for so long is no burst any more, and nobody is kept in it for longer than <see cref="OrderQueueMilliseconds"/>.</summary>
    [Range(0, 600, ErrorMessage = "must be from 0 to 600 seconds")]
    public int OrderBurstSeconds { get; set; } = 5;

    /// <summary>
    /// How long an order may wait for its turn while more come than can be done, in milliseconds. In a burst it may wait as long as that lasts, and one with
    /// <c>Prefer: wait</c> for as long as that says.
    /// </summary>
    [Range(1, 60_000, ErrorMessage = "must be from 1 to 60000 milliseconds")]
    public int OrderQueueMilliseconds { get; set; } = 500;
}
