using System.Globalization;

namespace Seckill.Faults;

/// <summary>The passes at which a fault happens: those from one number to another, each with a probability.</summary>
/// <param name="From">The first, from 1.</param>
/// <param name="To">The last.</param>
/// <param name="Probability">Of each of them, above 0 and at most 1.</param>
public readonly record struct FaultPasses(long From, long To, double Probability)
{
    /// <summary>Every pass.</summary>
    public static FaultPasses Every { get; } = new(1, long.MaxValue, 1);

    /// <summary>Whether it matters which pass it is.</summary>
    public bool AreNumbered => From > 1 || To < long.MaxValue;

    /// <summary>So many first passes.</summary>
    public static FaultPasses First(long count) => new(1, count, 1);

    /// <summary>One pass alone.</summary>
    public static FaultPasses Only(long number) => new(number, number, 1);

    /// <summary>Each pass by chance.</summary>
    public static FaultPasses ByChance(double probability) => new(1, long.MaxValue, probability);

    /// <inheritdoc/>
    public override string ToString() => (AreNumbered, Probability) switch
    {
        (false, 1) => "",
        (false, _) => string.Create(CultureInfo.InvariantCulture, $":p{Probability}"),
        _ when From == To => string.Create(CultureInfo.InvariantCulture, $":at{From}"),
        _ => string.Create(CultureInfo.InvariantCulture, $":{To}"),
    };
}
