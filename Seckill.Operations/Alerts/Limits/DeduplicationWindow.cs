namespace Seckill.Operations.Alerts.Limits;

/// <summary>What this process raised within the window, by kind and key. The other state (resolved, or firing again) always passes.</summary>
sealed class DeduplicationWindow(TimeSpan window, TimeProvider clock)
{
    /// <summary>Above this number of keys those whose window is over are forgotten, with their repeats.</summary>
    const int Keys = 10_000;

    readonly Lock _gate = new();
    readonly Dictionary<(string Kind, string Key), Told> _told = [];

    /// <summary>Whether an alert is news. If not, it is counted.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="repeats">Repeats that were counted since the last news.</param>
    public bool TryPass(Alert alert, out long repeats)
    {
        repeats = 0;
        if (window == TimeSpan.Zero)
            return true;

        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (_told.TryGetValue((alert.Kind, alert.Key), out var told) && told.Until > now && told.IsResolved == alert.IsResolved)
            {
                told.Repeats++;
                return false;
            }

            repeats = told?.Repeats ?? 0;
            if (_told.Count >= Keys)
                Forget(now);
            _told[(alert.Kind, alert.Key)] = new Told { IsResolved = alert.IsResolved, Until = now + window };
            return true;
        }
    }

    /// <summary>Another process told it first, and its window ends earlier than this one's.</summary>
    public void EndAfter(Alert alert, TimeSpan left)
    {
        lock (_gate)
        {
            if (_told.TryGetValue((alert.Kind, alert.Key), out var told) && told.IsResolved == alert.IsResolved)
                told.Until = clock.GetUtcNow() + left;
        }
    }

    void Forget(DateTimeOffset now)
    {
        foreach (var key in _told.Where(x => x.Value.Until <= now).Select(x => x.Key).ToList())
            _told.Remove(key);
    }

    sealed class Told
    {
        public required bool IsResolved { get; init; }

        public required DateTimeOffset Until { get; set; }

        public long Repeats { get; set; }
    }
}
