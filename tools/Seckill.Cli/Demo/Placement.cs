namespace Seckill.Cli.Demo;

/// <summary>One request of the sale and what came of it.</summary>
sealed class Placement
{
    /// <summary>Who asks; null for a request that is wrong on purpose.</summary>
    public Buyer? Buyer { get; init; }

    /// <summary>The request.</summary>
    public required byte[] Request { get; init; }

    /// <summary>The buyer's second request, the same as the first.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>The status that a wrong request should get.</summary>
    public int ExpectedStatus { get; init; }

    /// <summary>When it was first sent.</summary>
    public long SentAt { get; set; }

    /// <summary>How long the last try took, in ticks of the stopwatch.</summary>
    public long Ticks { get; set; }

    /// <summary>The status code in the end; 0 when it never got an answer.</summary>
    public int Status { get; set; }

    /// <summary>The code of the problem, for a refusal.</summary>
    public string? Code { get; set; }

    /// <summary>The order of a 202.</summary>
    public Guid? OrderId { get; set; }

    /// <summary>Tries after the first.</summary>
    public int Retries { get; set; }
}
