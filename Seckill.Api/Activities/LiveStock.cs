using Seckill.Admission;
using Seckill.Admission.Redis;

namespace Seckill.Api.Activities;

/// <summary>What is left of each SKU, at most a second ago: however many look, Redis is asked once a second.</summary>
sealed class LiveStock
{
    const int Capacity = 10_000;

    static readonly IReadOnlyDictionary<long, int> Unknown = new Dictionary<long, int>();
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    readonly RefreshingCache<long, IReadOnlyDictionary<long, int>> _available;
    readonly StockAdmission _admission;
    readonly SoldOutCache _soldOut;
    readonly ILogger<LiveStock> _logger;

    public LiveStock(StockAdmission admission, SoldOutCache soldOut, TimeProvider clock, ILogger<LiveStock> logger)
    {
        _admission = admission;
        _soldOut = soldOut;
        _logger = logger;
        _available = new(ReadAsync, _ => FreshFor, _ => FreshFor, Capacity, clock);
    }

    /// <summary>Units by SKU; empty when they are not known.</summary>
    public ValueTask<IReadOnlyDictionary<long, int>> AvailableAsync(long activityId, CancellationToken cancellationToken)
        => _available.GetAsync(activityId, cancellationToken);

    /// <summary>
    /// Whether an admission of this process has found the SKU sold out since. For show only: an order is refused by Redis alone, because the
    /// repeat of an admitted one must get its first answer also when nothing is left.
    /// </summary>
    public bool IsSoldOut(long activityId, long skuId) => _soldOut.IsSoldOut(activityId, skuId);

    public void Invalidate(long activityId) => _available.Invalidate(activityId);

    async Task<IReadOnlyDictionary<long, int>> ReadAsync(long activityId)
    {
        try
        {
            return await _admission.ReadStockAsync(activityId) is { Open: true } stock
                ? stock.Skus.ToDictionary(x => x.Key, x => (int)Math.Max(0, x.Value.Available))
                : Unknown;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            // Prices and times are worth showing without it.
            _logger.LogWarning(exception, "Stock of activity {ActivityId} can't be read: Redis does not answer", activityId);
            return Unknown;
        }
    }
}
