namespace Seckill.Operations.Alerts.Limits;

/// <summary>What this process raised within the window, by kind and key. The other state (resolved, or firing again) always passes.</summary>
sealed class DeduplicationWindow(TimeSpan window, TimeProvider clock)
{
    /// <summary>Above this number of keys those whose window is over are forgotten, with their repeats.</summary>
    internal const int Keys = 10_000;

    readonly Lock _gate = new();
    readonly Dictionary<(string Kind, string Key), LinkedListNode<Told>> _told = [];

    /// <summary>The same, in the order in which they were told: the first is the first whose window is over.</summary>
    readonly LinkedList<Told> _oldestFirst = [];

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
            if (Find(alert) is { } told)
            {
                if (told.Value.Until > now && told.Value.IsResolved == alert.IsResolved)
                {
                    told.Value.Repeats++;
                    return false;
                }

                repeats = told.Value.Repeats;
                Forget(told);
            }

            while (_told.Count >= Keys && _oldestFirst.First is { } oldest && oldest.Value.Until <= now)
                Forget(oldest);
            _told[(alert.Kind, alert.Key)] = _oldestFirst.AddLast(new Told(alert.Kind, alert.Key, alert.IsResolved) { Until = now + window });
            return true;
        }
    }

    /// <summary>Another process told it first, and its window ends earlier than this one's.</summary>
    public void EndAfter(Alert alert, TimeSpan left)
    {
        lock (_gate)
        {
            // It keeps its place: to be forgotten somewhat later is no loss.
            if (Find(alert) is { } told && told.Value.IsResolved == alert.IsResolved)
                told.Value.Until = clock.GetUtcNow() + left;
        }
    }

    LinkedListNode<Told>? Find(Alert alert) => _told.GetValueOrDefault((alert.Kind, alert.Key));

    void Forget(LinkedListNode<Told> told)
    {
        _oldestFirst.Remove(told);
        _told.Remove((told.Value.Kind, told.Value.Key));
    }

    sealed class Told(string kind, string key, bool isResolved)
    {
        public string Kind => kind;

        public string Key => key;

        public bool IsResolved => isResolved;

        public required DateTimeOffset Until { get; set; }

        public long Repeats { get; set; }
    }
}
