using Dapper;

using Seckill.Cli.Demo;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Postgres;

namespace Seckill.Cli.Faults;

/// <summary>What a demo of faults writes to and reads from the stores: the transactions, their compensation, the archive and the log of steps.</summary>
sealed class FaultsLedger(MySqlDatabase database, ActivityCatalog catalog, IFailedOrderArchive archive, PostgresDatabase postgres, TimeProvider time)
{
    /// <summary>Makes an activity with one SKU that is open now.</summary>
    public Task AddActivityAsync(long activityId, string name, int stock, int paymentWindowSeconds, CancellationToken cancellationToken)
        => OpenActivity.AddAsync(catalog, activityId, name, stock, paymentWindowSeconds, time.GetUtcNow(), cancellationToken);

    /// <summary>Lets the time of prepared transactions be up, as if they had waited that long.</summary>
    public async Task EndTimeAsync(IEnumerable<Guid> orderIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            "UPDATE order_transaction SET expires_at = @now WHERE state = 'Prepared' AND correlation_id IN @ids",
            new { now = time.GetUtcNow().UtcDateTime, ids = orderIds.Select(x => x.ToString("D")) });
    }

    /// <summary>Where the orders are now.</summary>
    public async Task<IReadOnlyDictionary<Guid, OrderSight>> LookAsync(IReadOnlyCollection<FailingOrder> orders, CancellationToken cancellationToken)
    {
        if (orders.Count == 0)
            return new Dictionary<Guid, OrderSight>();

        var ids = orders.Select(x => x.OrderId).ToArray();
        var (states, stages) = await TransactionsAsync(ids, cancellationToken);
        var steps = await StepsAsync(ids, cancellationToken);
        var archived = new Dictionary<Guid, FailedOrder>();
        foreach (var activityId in orders.Select(x => x.ActivityId).Distinct())
        {
            await foreach (var entry in archive.ReadAsync(new FailedOrderFilter { ActivityId = activityId }, cancellationToken))
            {
                if (entry.OrderId is { } id)
                    archived[id] = entry;
            }
        }

        return ids.ToDictionary(x => x, x => new OrderSight
        {
            State = states.GetValueOrDefault(x),
            Stage = stages.GetValueOrDefault(x),
            Tries = OrderSight.TriesOf(steps[x]),
            Archived = archived.GetValueOrDefault(x),
        });
    }

    /// <summary>An entry of the archive; null when there is none.</summary>
    public Task<FailedOrder?> ArchivedAsync(string archiveId, CancellationToken cancellationToken) => archive.FindAsync(archiveId, cancellationToken);

    async Task<(Dictionary<Guid, string> States, Dictionary<Guid, string> Stages)> TransactionsAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        var parameters = new { ids = ids.Select(x => x.ToString("D")) };
        await using var connection = await database.OpenAsync(cancellationToken);
        // Compensation first: an order that ends in between then looks as if it were not at its end yet, and never the other way round.
        var stages = await connection.QueryAsync<(Guid Id, string Stage)>("SELECT order_id, status FROM compensation WHERE order_id IN @ids", parameters);
        var states = await connection.QueryAsync<(Guid Id, string State)>(
            "SELECT correlation_id, state FROM order_transaction WHERE correlation_id IN @ids", parameters);
        return (states.ToDictionary(x => x.Id, x => x.State), stages.ToDictionary(x => x.Id, x => x.Stage));
    }

    async Task<ILookup<Guid, (string Step, string? Detail)>> StepsAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        var rows = await postgres.UseAsync(
            (connection, _) => connection.QueryAsync<(Guid Id, string Step, string? Detail)>(
                "SELECT order_id, step, detail FROM compensation_logs WHERE order_id = ANY(@ids)", new { ids }),
            cancellationToken);
        return rows.ToLookup(x => x.Id, x => (x.Step, x.Detail));
    }
}

/// <summary>Where an order is.</summary>
sealed record OrderSight
{
    /// <summary>The state of its transaction; null when it has none.</summary>
    public required string? State { get; init; }

    /// <summary>One of <see cref="CompensationStatus"/>; null when it is not being compensated.</summary>
    public required string? Stage { get; init; }

    /// <summary>Tries of compensation and of the dead-letter consumer, "3+1".</summary>
    public required string Tries { get; init; }

    /// <summary>Its entry in the archive.</summary>
    public required FailedOrder? Archived { get; init; }

    /// <summary>Counts the tries in the log of steps.</summary>
    public static string TriesOf(IEnumerable<(string Step, string? Detail)> steps)
    {
        var all = steps.ToList();
        var retries = all.Count(x => x.Step == CompensationStepNames.AttemptFailed || IsSuccess(x, "compensation"));
        var deadLetters = all.Count(x => x.Step == CompensationStepNames.DeadLetterFailed || IsSuccess(x, "dead_letter"));
        return $"{retries}+{deadLetters}";
    }

    // The detail of a success names the stage that it was made in: "compensation: Committed".
    static bool IsSuccess((string Step, string? Detail) step, string stage)
        => step.Step == CompensationStepNames.Succeeded && step.Detail?.StartsWith(stage + ":", StringComparison.Ordinal) == true;
}
