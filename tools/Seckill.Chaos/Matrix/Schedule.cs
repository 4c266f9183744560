namespace Seckill.Chaos.Matrix;

/// <summary>Which cells are played, and in which order.</summary>
static class Schedule
{
    /// <summary>Every cell once in each round, from the first on.</summary>
    public static IReadOnlyList<PlannedCell> Of(IReadOnlyList<Cell> cells, int seed, int rounds, int first = 1)
        => [.. Enumerable.Range(first, rounds).SelectMany(round => cells.Select(x => PlannedCell.Of(x, seed, round)))];
}
