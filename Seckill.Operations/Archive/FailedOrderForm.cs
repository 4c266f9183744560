using System.Text;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.Archive;

/// <summary>The form in which every archive keeps orders, so that each gives back the same: texts and times as PostgreSQL can hold them.</summary>
static class FailedOrderForm
{
    /// <summary>
    /// The order with readable texts and times in whole microseconds of UTC. A payload that no column can hold becomes Base64 of its UTF-8
    /// bytes, so that nothing of it is lost; the characters NUL of other texts become ␀.
    /// </summary>
    public static FailedOrder Normalise(FailedOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var asBytes = !order.PayloadIsBase64 && !PostgresText.IsClean(order.Payload);
        return order with
        {
            ArchiveId = PostgresText.Clean(order.ArchiveId),
            BuyerId = PostgresText.Clean(order.BuyerId),
            Cause = PostgresText.Clean(order.Cause),
            LastError = PostgresText.Clean(order.LastError),
            State = PostgresText.Clean(order.State),
            Payload = asBytes ? Convert.ToBase64String(Encoding.UTF8.GetBytes(order.Payload)) : PostgresText.Clean(order.Payload),
            PayloadIsBase64 = order.PayloadIsBase64 || asBytes,
            Headers = Normalise(order.Headers),
            History = order.History.Select(Normalise).ToList(),
            FirstFailedAt = PostgresText.Round(order.FirstFailedAt),
            ArchivedAt = PostgresText.Round(order.ArchivedAt),
            Handling = order.Handling is { } handling ? Normalise(handling) : null,
        };
    }

    public static Handling Normalise(Handling handling)
    {
        ArgumentNullException.ThrowIfNull(handling);
        return new Handling(PostgresText.Clean(handling.By), PostgresText.Round(handling.At), PostgresText.Clean(handling.Note),
            PostgresText.Clean(handling.Outcome));
    }

    public static FailedOrderFilter Normalise(FailedOrderFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter with { BuyerId = PostgresText.Clean(filter.BuyerId), Cause = PostgresText.Clean(filter.Cause) };
    }

    /// <summary>Whether an archived order has failed again since it was handled.</summary>
    public static bool IsOpenedAgainBy(FailedOrder archived, FailedOrder again)
        => archived.Handling is { } handling && again.ArchivedAt > handling.At;

    /// <summary>The order as it failed again, with the attempts that the archive does not know yet behind those that it knows.</summary>
    public static FailedOrder OpenAgain(FailedOrder archived, FailedOrder again) => again with
    {
        History = [.. archived.History, .. again.History.Except(archived.History)],
        FirstFailedAt = again.FirstFailedAt < archived.FirstFailedAt ? again.FirstFailedAt : archived.FirstFailedAt,
        Handling = null,
    };

    /// <summary>Whether a filter lets an order through.</summary>
    public static bool Matches(FailedOrderFilter filter, FailedOrder order)
        => (filter.Handled is null || filter.Handled == order.Handling is not null)
            && (filter.ActivityId is null || filter.ActivityId == order.ActivityId)
            && (filter.BuyerId is null || filter.BuyerId == order.BuyerId)
            && (filter.Cause is null || filter.Cause == order.Cause)
            && !(order.ArchivedAt < filter.From)
            && !(order.ArchivedAt >= filter.Before);

    static FailedAttempt Normalise(FailedAttempt attempt) => new(PostgresText.Round(attempt.At), PostgresText.Clean(attempt.Stage),
        attempt.Number, PostgresText.Clean(attempt.Cause), PostgresText.Clean(attempt.Error));

    static Dictionary<string, string> Normalise(IReadOnlyDictionary<string, string> headers)
    {
        var clean = new Dictionary<string, string>(headers.Count);
        foreach (var (name, value) in headers)
            clean[PostgresText.Clean(name)] = PostgresText.Clean(value);
        return clean;
    }
}
