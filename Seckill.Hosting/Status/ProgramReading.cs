using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Status;

/// <summary>What was read from a process.</summary>
/// <param name="Name">The process.</param>
/// <param name="Last">Its last scrape; null when it did not answer.</param>
/// <param name="Interval">What happened before that; null when it is the first.</param>
/// <param name="Failure">Why it did not answer.</param>
public sealed record ProgramReading(string Name, Scrape? Last, ScrapeInterval? Interval, string? Failure = null);
