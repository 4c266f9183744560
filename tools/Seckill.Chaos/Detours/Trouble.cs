namespace Seckill.Chaos.Detours;

/// <summary>What is wrong with a network.</summary>
/// <param name="Latency">By how much each piece is late, each way.</param>
/// <param name="BytesPerSecond">How much gets through on each connection, each way; 0 for all.</param>
/// <param name="Holds">Nothing gets through and nothing is refused, until that ends.</param>
sealed record Trouble(TimeSpan Latency = default, int BytesPerSecond = 0, bool Holds = false)
{
    public static Trouble None { get; } = new();
}
