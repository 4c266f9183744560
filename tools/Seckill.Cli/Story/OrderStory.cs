namespace Seckill.Cli.Story;

/// <summary>All that is known of one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="TraceId">Its trace.</param>
/// <param name="Facts">What it is and how it stands, one after the other.</param>
/// <param name="Entries">What happened, in order of time.</param>
/// <param name="Gaps">What could not be read, and why.</param>
sealed record OrderStory(
    Guid OrderId, string TraceId, IReadOnlyList<KeyValuePair<string, string>> Facts, IReadOnlyList<StoryEntry> Entries, IReadOnlyList<string> Gaps);
