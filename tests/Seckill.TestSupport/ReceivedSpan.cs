namespace Seckill.TestSupport;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Service">The process's name.</param>
/// <param name="Source">The source that began it.</param>
/// <param name="Name">Its name.</param>
/// <param name="TraceId">Its trace, in hexadecimal digits.</param>
/// <param name="SpanId">Itself.</param>
/// <param name="ParentId">The span that it is inside of; empty for none.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="IsError">Whether it stands for something that failed.</param>
/// <param name="Links">Spans of other traces that it names: trace and span.</param>
/// <param name="Tags">What it says; numbers and flags as text.</param>
public sealed record ReceivedSpan(
    string Service, string Source, string Name, string TraceId, string SpanId, string ParentId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool IsError,
    IReadOnlyList<(string TraceId, string SpanId)> Links, IReadOnlyDictionary<string, string> Tags);
