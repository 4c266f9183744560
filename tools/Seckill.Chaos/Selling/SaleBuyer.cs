using Seckill.Contracts;

namespace Seckill.Chaos.Selling;

/// <summary>One buyer of a cell's sale, who wants one unit, and what became of that. May hear of several requests at a time.</summary>
sealed class SaleBuyer
{
    readonly List<string> _internalErrors = [];
    int _retries;

    public required string Name { get; init; }

    public required string Token { get; init; }

    /// <summary>What the buyer does with a confirmed order.</summary>
    public BuyerPlan Plan { get; init; }

    /// <summary>Asking for the order, without an answer so far.</summary>
    public bool IsAsking { get; set; }

    /// <summary>The order, once it was accepted.</summary>
    public Guid? OrderId { get; set; }

    /// <summary>Why there is no order; null where there is one, or no answer.</summary>
    public string? Refusal { get; set; }

    /// <summary>The order's status: the last that was told, and the end once one was told.</summary>
    public string Status { get; private set; } = OrderStatus.Pending;

    /// <summary>Two ends that were told of the one order, or that it failed though it was confirmed.</summary>
    public string? Contradiction { get; private set; }

    /// <summary>Answers that tell of a bug.</summary>
    public IReadOnlyList<string> InternalErrors => _internalErrors;

    /// <summary>Tries after the first, of all requests.</summary>
    public int Retries => _retries;

    /// <summary>The buyer has a unit, or is to have one.</summary>
    public bool HoldsUnit => OrderId is not null && Status is not (OrderStatus.Failed or OrderStatus.Cancelled);

    /// <summary>The order is confirmed and no more, though the buyer wanted to give it up or pay it.</summary>
    public bool IsHeldUp => OrderId is not null && Status == OrderStatus.Confirmed && Plan is BuyerPlan.Cancel or BuyerPlan.Pay or BuyerPlan.PayAndCancel;

    /// <summary>Hears of the order. What was under way meanwhile may come late; of two ends one is a lie.</summary>
    public void Hear(string status)
    {
        lock (_internalErrors)
        {
            // What was committed is cancelled or paid; it is never rolled back (docs/state-machine.md).
            if ((Status, status) is (OrderStatus.Confirmed, OrderStatus.Failed) or (OrderStatus.Failed, OrderStatus.Confirmed)
                || (OrderStatus.IsFinal(Status) && OrderStatus.IsFinal(status) && status != Status))
                Contradiction = $"is {Status}, and then {status}";
            if (!OrderStatus.IsFinal(Status))
                Status = status;
        }
    }

    public void HearOfBug(string answer)
    {
        lock (_internalErrors)
            _internalErrors.Add(answer);
    }

    public void TryAgain() => Interlocked.Increment(ref _retries);
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

    /// <summary>Pay it, and give it up before the payment has come through: whichever comes first counts, and a payment that comes too late is given back.</summary>
    PayAndCancel,

    /// <summary>The order is given up by the system first; an operator rolls it back.</summary>
    RolledBackByHand,
}
