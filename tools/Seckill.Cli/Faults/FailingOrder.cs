using Seckill.Contracts;

namespace Seckill.Cli.Faults;

/// <summary>One order of a demo of faults.</summary>
/// <param name="OrderId">The order, as the API named it.</param>
/// <param name="Group">The name of its group.</param>
/// <param name="BuyerId">Who placed it.</param>
/// <param name="ActivityId">In which activity.</param>
sealed record FailingOrder(Guid OrderId, string Group, string BuyerId, long ActivityId)
{
    /// <summary>What the buyer is to be told in the end.</summary>
    public string StatusInTheEnd => FaultGroups.Of(Group).End switch
    {
        Sagas.Transactions.TransactionStates.Committed => OrderStatus.Confirmed,
        Sagas.Transactions.TransactionStates.Cancelled => OrderStatus.Cancelled,
        _ => OrderStatus.Failed,
    };
}

/// <summary>What the first part of a demo of faults leaves for the second; between them the workers are restarted.</summary>
sealed record FaultsState
{
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Activities: for orders that have time to be paid, and for those that have not.</summary>
    public required long ActivityId { get; init; }

    public required long UnpaidActivityId { get; init; }

    public IReadOnlyList<FailingOrder> Orders { get; init; } = [];

    /// <summary>Archive entries of the records that could not be read.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    public IReadOnlyList<RobotMessage> Messages { get; init; } = [];

    public int WrongMessages { get; init; }

    /// <summary>What was not as expected so far.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public double Seconds { get; init; }
}
