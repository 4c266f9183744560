namespace Seckill.Sagas.Audit;

/// <summary>What one look at an activity saw. What counts in the end is what further looks see again.</summary>
sealed class Look(int maxListed, long? ofActivityId = null)
{
    readonly Dictionary<Sight, AuditFinding> _findings = [];
    readonly List<CounterCheck> _counters = [];
    long _unlisted;

    public AuditTotals Totals { get; } = new();

    public List<string> Notes { get; } = [];

    /// <summary>Whether Redis was there to be compared with.</summary>
    public StockPresence Stock { get; set; }

    public IReadOnlyCollection<CounterCheck> Counters => _counters;

    public IReadOnlyCollection<AuditFinding> Findings => _findings.Values;

    /// <summary>Findings, those included that were too many to list.</summary>
    public long FindingCount => _findings.Count + _unlisted;

    /// <summary>Nothing to look at again: no difference, and no counter that units in flight made uncertain.</summary>
    public bool IsClean => FindingCount == 0 && _counters.TrueForAll(x => x is { DriftLow: 0, DriftHigh: 0 });

    public void Add(string kind, string expected, string actual, string meaning, long? skuId = null, Guid? orderId = null, string? buyerId = null,
        long? activityId = null)
    {
        var finding = new AuditFinding
        {
            Kind = kind,
            ActivityId = activityId ?? ofActivityId,
            SkuId = skuId,
            OrderId = orderId,
            BuyerId = buyerId,
            Expected = expected,
            Actual = actual,
            Meaning = meaning,
        };
        if (_findings.Count < maxListed)
            _findings[new Sight(kind, finding.ActivityId, skuId, orderId, buyerId, expected, actual)] = finding;
        else
            _unlisted++;
    }

    /// <summary>Compares a counter with the sum it should equal, which is known to lie between two values.</summary>
    public void Compare(string kind, long skuId, long actual, long expectedLow, long expectedHigh, string what, string meaning)
        => _counters.Add(new CounterCheck(kind, skuId, what, meaning, actual, expectedLow, expectedHigh)
        {
            DriftLow = actual - expectedHigh,
            DriftHigh = actual - expectedLow,
        });

    /// <summary>This look, less what an earlier one did not see: a difference that comes and goes is an order on its way.</summary>
    public void KeepWhatWasSeenIn(Look earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        foreach (var sight in _findings.Keys.Where(x => !earlier._findings.ContainsKey(x)).ToList())
        {
            // With more than can be listed, the earlier look may have seen it among those that it only counted.
            if (earlier._unlisted == 0)
                _findings.Remove(sight);
        }

        _unlisted = Math.Min(_unlisted, earlier._unlisted);
        for (var i = 0; i < _counters.Count; i++)
        {
            var before = earlier._counters.Find(x => x.Kind == _counters[i].Kind && x.SkuId == _counters[i].SkuId);
            _counters[i] = before is null ? _counters[i] with { DriftLow = 0, DriftHigh = 0 } : _counters[i].NarrowedBy(before);
        }
    }

    /// <summary>Turns the counters that are off for certain into findings, and the rest of the uncertainty into a total.</summary>
    public void Conclude()
    {
        foreach (var counter in _counters)
        {
            if (counter.IsOff)
                Add(counter.Kind, counter.Expected, counter.Describe(), counter.Meaning, counter.SkuId);
            else
                Totals.UnitsInFlight += counter.DriftHigh - counter.DriftLow;
        }

        _counters.Clear();
        if (_unlisted > 0)
            return;

        // What earlier looks did not see is no longer among the findings, and must not be in the sums.
        Totals.Lost = _findings.Keys.LongCount(x => x.Kind == FindingKinds.LostOrder);
        Totals.Duplicates = _findings.Keys.LongCount(x => x.Kind is FindingKinds.BuyerOverLimit or FindingKinds.RepeatedKey);
    }

    /// <summary>By what a finding is known again. The values are part of it: an order that moved on is another sight.</summary>
    readonly record struct Sight(string Kind, long? ActivityId, long? SkuId, Guid? OrderId, string? BuyerId, string Expected, string Actual);
}

/// <summary>Whether an activity's stock could be read.</summary>
enum StockPresence
{
    /// <summary>It is not in Redis, and need not be: the activity is not open.</summary>
    NotNeeded,

    /// <summary>It should be there and is not, or was rebuilt during the look.</summary>
    NotReady,

    /// <summary>It was there, under one epoch, from the first to the last step.</summary>
    Seen,
}
