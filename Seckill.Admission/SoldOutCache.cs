using System.Collections.Concurrent;

using Microsoft.Extensions.Options;

namespace Seckill.Admission;

/// <summary>
/// What this process believes to be sold out. A flag is a hint that stands for at most <see cref="AdmissionOptions.SoldOutFlagMilliseconds"/>
/// and falls with a <c>StockChanged</c> message. It never refuses a buyer by itself: it only lets admission look before it runs the script.
/// </summary>
public sealed class SoldOutCache(IOptions<AdmissionOptions> options, TimeProvider time)
{
    readonly ConcurrentDictionary<(long ActivityId, long SkuId), long> _until = new();
    readonly long _lifetime = options.Value.SoldOutFlagMilliseconds * time.TimestampFrequency / 1000;

    /// <summary>Whether no unit of the SKU was left a moment ago.</summary>
    public bool IsSoldOut(long activityId, long skuId)
        => _until.TryGetValue((activityId, skuId), out var until) && time.GetTimestamp() < until;

    /// <summary>Notes that no unit is left.</summary>
    public void Mark(long activityId, long skuId)
    {
        if (_lifetime > 0)
            _until[(activityId, skuId)] = time.GetTimestamp() + _lifetime;
    }

    /// <summary>Forgets the flag of one SKU, or of all of the activity's.</summary>
    public void Invalidate(long activityId, long? skuId = null)
    {
        foreach (var key in _until.Keys.Where(x => x.ActivityId == activityId && (skuId is null || x.SkuId == skuId)))
            _until.TryRemove(key, out _);
    }
}
