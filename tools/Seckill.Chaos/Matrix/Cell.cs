using Seckill.Chaos.Faults;

namespace Seckill.Chaos.Matrix;

/// <summary>A fault to sell under.</summary>
/// <param name="Name">What it is called, <c>mysql/kill</c>.</param>
/// <param name="Server">The server that has to be ours for it; null where it needs none.</param>
/// <param name="Mix">What the sale's orders do.</param>
/// <param name="Draw">Makes the fault, with whatever is left to chance drawn.</param>
sealed record Cell(string Name, string? Server, SaleMix Mix, Func<Random, ChaosFault> Draw);

/// <summary>What the orders of a cell do besides being confirmed.</summary>
enum SaleMix
{
    /// <summary>Some are cancelled, some are paid, and a few fail once and are healed by compensation.</summary>
    Plain,

    /// <summary>Besides, some fail until the dead-letter consumer heals them, and some until they are archived and an operator ends them.</summary>
    Failing,
}
