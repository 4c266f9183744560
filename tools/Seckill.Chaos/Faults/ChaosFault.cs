using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>One fault with all that was drawn for it. It begins when a number of orders was placed, and ends a while later.</summary>
abstract class ChaosFault
{
    /// <summary>What happens, for the schedule.</summary>
    public abstract string Text { get; }

    /// <summary>How long it lasts.</summary>
    public virtual TimeSpan Lasts => TimeSpan.Zero;

    /// <summary>How much of that is left once it has begun.</summary>
    public virtual TimeSpan GoesOn => Lasts;

    /// <summary>What programs have to be started with for it, by name.</summary>
    public virtual Dictionary<string, Dictionary<string, string>> Settings(Programs programs) => [];

    /// <summary>The records it has written that nobody can read: each must be in the archive in the end, where an operator finds it.</summary>
    public virtual IReadOnlyCollection<string> Unreadable => [];

    /// <summary>What of ours has ended while it lasted, and not by it; null where nothing has.</summary>
    public virtual string? EndedByItself(ChaosWorld world) => null;

    public abstract Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken);

    /// <summary>Called in any case, also when it did not begin well.</summary>
    public virtual Task EndAsync(ChaosWorld world, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the fault was met, as far as that can be told; one that nobody met shows nothing. Asked when all orders are at their end.</summary>
    public virtual bool WasMet(ChaosWorld world) => true;
}
