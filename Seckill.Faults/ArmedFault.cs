namespace Seckill.Faults;

/// <summary>A fault that is on, and the passes that it has seen.</summary>
sealed class ArmedFault(FaultSetting setting, FaultChance chance, IOrderPasses orders)
{
    long _passes;
    int _hasHappened;

    public FaultSetting Setting { get; } = setting;

    /// <summary>Passes that were counted for the process.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    /// <summary>Whether an order of this buyer meets it; null stands for a place where no single order passes.</summary>
    public bool IsFor(string? buyerId)
        => Setting.BuyerPrefix is null || (buyerId is not null && buyerId.StartsWith(Setting.BuyerPrefix, StringComparison.Ordinal));

    /// <summary>Which pass this is: of the process, or of the order where the fault is for some orders only and the number matters.</summary>
    public long CountPass(Guid orderId)
        => Setting.BuyerPrefix is null || !Setting.Passes.AreNumbered ? Interlocked.Increment(ref _passes) : orders.Count(Setting.Point.Name, orderId);

    /// <summary>Whether it has not happened before; from then on it has.</summary>
    public bool IsFirst() => Interlocked.Exchange(ref _hasHappened, 1) == 0;

    /// <summary>Whether it happens at this pass.</summary>
    public bool HappensAt(long pass) => pass >= Setting.Passes.From && pass <= Setting.Passes.To && chance.Falls(pass, Setting.Passes.Probability);
}
