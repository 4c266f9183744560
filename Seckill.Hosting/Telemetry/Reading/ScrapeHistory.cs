namespace Seckill.Hosting.Telemetry.Reading;

/// <summary>The last scrapes of a process: as many as it takes to say how fast things happen. Not for several threads at once.</summary>
public sealed class ScrapeHistory
{
    /// <summary>Rates are those of this time, or of the time between two scrapes where that is longer: of a second alone they would jump.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(1);

    readonly List<Scrape> _scrapes = [];

    /// <summary>The last scrape; null before the first.</summary>
    public Scrape? Last => _scrapes.Count > 0 ? _scrapes[^1] : null;

    /// <summary>What happened since; null before the second scrape.</summary>
    public ScrapeInterval? Interval => _scrapes.Count > 1 ? new ScrapeInterval(_scrapes[0], _scrapes[^1]) : null;

    /// <summary>Adds one that is later than the last. After more than a minute without one it is the first again: a mean of hours is no rate of now.</summary>
    public void Add(Scrape scrape)
    {
        ArgumentNullException.ThrowIfNull(scrape);
        if (scrape.At - Last?.At > LongestGap)
            Clear();
        _scrapes.Add(scrape);
        while (_scrapes.Count > 2 && scrape.At - _scrapes[1].At >= Window)
            _scrapes.RemoveAt(0);
    }

    /// <summary>The process did not answer: how fast things went in between isn't known.</summary>
    public void Clear() => _scrapes.Clear();
}
