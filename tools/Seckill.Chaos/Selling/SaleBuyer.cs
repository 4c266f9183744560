namespace Seckill.Chaos.Selling;

/// <summary>One buyer of a cell's sale, who wants one unit, and what became of that.</summary>
sealed class SaleBuyer
{
    public required string Name { get; init; }

    public required string Token { get; init; }

    /// <summary>What the buyer does with a confirmed order.</summary>
    public BuyerPlan Plan { get; init; }

    /// <summary>Asking for the order, without an answer so far.</summary>
    public bool IsAsking { get; set; }

    /// <summary>The order, once it was accepted.</summary>
    public Guid? OrderId { get; set; }

    /// <summary>Another order that the same request was answered with; there must be none.</summary>
    public Guid? SecondOrderId { get; set; }

    /// <summary>Why there is no order; null where there is one, or no answer.</summary>
    public string? Refusal { get; set; }

    /// <summary>The order's status, as told last.</summary>
    public string Status { get; set; } = Contracts.OrderStatus.Pending;

    /// <summary>When it was first told that the order is decided, by the stopwatch; 0 until then.</summary>
    public long DecidedAt { get; set; }

    /// <summary>Answers that tell of a bug.</summary>
    public List<string> InternalErrors { get; } = [];

    /// <summary>Tries after the first, of all requests.</summary>
    public int Retries { get; set; }

    /// <summary>The buyer has a unit, or is to have one.</summary>
    public bool HoldsUnit => OrderId is not null && Status is not (Contracts.OrderStatus.Failed or Contracts.OrderStatus.Cancelled);
}

/// <summary>What buyers do with confirmed orders.</summary>
enum BuyerPlan
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Give it up.</summary>
    Cancel,

    /// <summary>Pay it.</summary>
    Pay,

    /// <summary>The order is given up by the system first; an operator rolls it back.</summary>
    RolledBackByHand,
}
