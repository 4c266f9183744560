namespace Seckill.Cli.Story;

/// <summary>One thing that happened to an order.</summary>
/// <param name="At">When.</param>
/// <param name="What">A step, or the level of a log line.</param>
/// <param name="Who">The process or the person.</param>
/// <param name="Detail">In words.</param>
/// <param name="Took">How long; null for what has no length.</param>
sealed record StoryEntry(DateTimeOffset At, string What, string Who, string? Detail, TimeSpan? Took = null);
