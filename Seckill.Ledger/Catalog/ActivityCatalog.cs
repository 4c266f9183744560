using Dapper;

namespace Seckill.Ledger.Catalog;

/// <summary>Activities and their SKUs, as MySQL holds them.</summary>
public sealed class ActivityCatalog(MySqlDatabase database)
{
    const string SelectActivities = """
        SELECT activity_id AS ActivityId, name AS Name, opens_at AS OpensAt, closes_at AS ClosesAt,
               per_buyer_limit AS PerBuyerLimit, payment_window_seconds AS PaymentWindowSeconds
        FROM activities
        """;

    const string SelectSkus = """
        SELECT s.activity_id AS ActivityId, s.sku_id AS SkuId, s.name AS Name, s.unit_price_cents AS UnitPriceCents, t.total AS Total
        FROM skus s JOIN stock t ON t.activity_id = s.activity_id AND t.sku_id = s.sku_id
        """;

    /// <summary>One activity; null when there is none of that id.</summary>
    public async Task<Activity?> FindAsync(long activityId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await connection.QuerySingleOrDefaultAsync<ActivityRow>($"{SelectActivities} WHERE activity_id = @activityId", new { activityId })
            .ConfigureAwait(false);
        if (row is null)
            return null;

        var skus = await connection.QueryAsync<SkuRow>($"{SelectSkus} WHERE s.activity_id = @activityId ORDER BY s.sku_id", new { activityId })
            .ConfigureAwait(false);
        return Map(row, skus);
    }

    /// <summary>The activities that close after <paramref name="after"/>, by the time they open.</summary>
    public async Task<IReadOnlyList<Activity>> ListAsync(DateTimeOffset after, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var parameters = new { after = after.UtcDateTime };
        var rows = await connection.QueryAsync<ActivityRow>($"{SelectActivities} WHERE closes_at > @after ORDER BY opens_at, activity_id", parameters)
            .ConfigureAwait(false);
        var skus = await connection.QueryAsync<SkuRow>(
            $"{SelectSkus} JOIN activities a ON a.activity_id = s.activity_id WHERE a.closes_at > @after ORDER BY s.sku_id", parameters)
            .ConfigureAwait(false);
        var byActivity = skus.ToLookup(x => x.ActivityId);
        return rows.Select(x => Map(x, byActivity[x.ActivityId])).ToList();
    }

    /// <summary>Adds an activity with its SKUs and stock, in one transaction.</summary>
    /// <exception cref="MySqlConnector.MySqlException">There is one of that id, or a value is outside its limits.</exception>
    public async Task AddAsync(Activity activity, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activity);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("""
            INSERT INTO activities (activity_id, name, opens_at, closes_at, per_buyer_limit, payment_window_seconds, created_at)
            VALUES (@ActivityId, @Name, @opensAt, @closesAt, @PerBuyerLimit, @PaymentWindowSeconds, @now)
            """,
            new
            {
                activity.ActivityId,
                activity.Name,
                opensAt = activity.OpensAt.UtcDateTime,
                closesAt = activity.ClosesAt.UtcDateTime,
                activity.PerBuyerLimit,
                activity.PaymentWindowSeconds,
                now = now.UtcDateTime,
            }, transaction).ConfigureAwait(false);
        foreach (var sku in activity.Skus)
        {
            var parameters = new { activity.ActivityId, sku.SkuId, sku.Name, sku.UnitPriceCents, sku.Total };
            await connection.ExecuteAsync(
                "INSERT INTO skus (activity_id, sku_id, name, unit_price_cents) VALUES (@ActivityId, @SkuId, @Name, @UnitPriceCents)",
                parameters, transaction).ConfigureAwait(false);
            await connection.ExecuteAsync("INSERT INTO stock (activity_id, sku_id, total) VALUES (@ActivityId, @SkuId, @Total)",
                parameters, transaction).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    static Activity Map(ActivityRow row, IEnumerable<SkuRow> skus) => new()
    {
        ActivityId = row.ActivityId,
        Name = row.Name,
        OpensAt = Utc(row.OpensAt),
        ClosesAt = Utc(row.ClosesAt),
        PerBuyerLimit = row.PerBuyerLimit,
        PaymentWindowSeconds = row.PaymentWindowSeconds,
        Skus = skus.Select(x => new ActivitySku { SkuId = x.SkuId, Name = x.Name, UnitPriceCents = x.UnitPriceCents, Total = x.Total }).ToList(),
    };

    static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));

    sealed class ActivityRow
    {
        public long ActivityId { get; init; }
        public string Name { get; init; } = "";
        public DateTime OpensAt { get; init; }
        public DateTime ClosesAt { get; init; }
        public int PerBuyerLimit { get; init; }
        public int PaymentWindowSeconds { get; init; }
    }

    sealed class SkuRow
    {
        public long ActivityId { get; init; }
        public long SkuId { get; init; }
        public string Name { get; init; } = "";
        public long UnitPriceCents { get; init; }
        public int Total { get; init; }
    }
}
