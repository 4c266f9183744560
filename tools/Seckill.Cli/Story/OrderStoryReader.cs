using System.Data.Common;
using System.Globalization;

using Microsoft.Extensions.Options;

using Npgsql;

using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Contracts;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Transactions;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;

namespace Seckill.Cli.Story;

/// <summary>Reads what MySQL, PostgreSQL, the archive, Redis and the logs know of an order. Without MySQL there is no story; what else does not answer is a gap in it.</summary>
sealed class OrderStoryReader(
    TransactionReader transactions, CompensationStore compensations, ICompensationLog log, IFailedOrderArchive archive, StockAdmission admission,
    IOptions<AdmissionOptions> options, ActivityCatalog activities, TimeProvider clock)
{
    readonly List<string> _gaps = [];

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<string> Gaps => _gaps;

    /// <summary>The story; null when nobody knows the order.</summary>
    public async Task<OrderStory?> ReadAsync(Guid orderId, string? logs, CancellationToken cancellationToken)
    {
        var facts = new List<KeyValuePair<string, string>>();
        var entries = new List<StoryEntry>();
        var transaction = await transactions.FindAsync(orderId, cancellationToken);
        if (transaction is not null)
            Tell(facts, transaction);
        else
            await TellAdmittedAsync(facts, entries, orderId, cancellationToken);

        entries.AddRange((await transactions.TimelineAsync(orderId, cancellationToken)).Select(Entry));
        if (await compensations.FindAsync(orderId, cancellationToken) is { } compensation)
            Tell(facts, compensation);
        entries.AddRange((await TryAsync("the log of compensation", () => log.ReadAsync(orderId, cancellationToken)) ?? []).Select(Entry));
        if (await TryAsync("the archive", () => archive.FindAsync(FailedOrder.IdOf(orderId), cancellationToken)) is { } archived)
            Tell(facts, archived);
        if (facts.Count == 0 && entries.Count == 0)
            return null;

        if (logs is null)
            _gaps.Add("the logs: no folder is named, by --logs or Logs:Directory");
        else
            entries.AddRange(LogLines.Of(orderId, logs));
        return new OrderStory(orderId, OrderTrace.NameOf(orderId), facts, [.. entries.OrderBy(x => x.At)], _gaps);
    }

    /// <summary>An order that MySQL does not know may have been admitted just now, or never have got there.</summary>
    async Task TellAdmittedAsync(List<KeyValuePair<string, string>> facts, List<StoryEntry> entries, Guid orderId, CancellationToken cancellationToken)
    {
        var recent = await activities.ListAsync(clock.GetUtcNow() - options.Value.RecordsKeptAfterClose(), cancellationToken);
        if (await TryAsync("Redis", () => admission.FindEntryAsync(orderId, recent.Select(x => x.ActivityId), cancellationToken)) is not { } entry)
            return;

        facts.Add(new("state", $"no transaction yet; in Redis it is {entry.State.ToString().ToLowerInvariant()}"));
        facts.Add(new("order", Units(entry.Order.Quantity, entry.Order.SkuId, entry.Order.ActivityId)));
        entries.Add(new StoryEntry(entry.Order.AdmittedAt, "admitted", "Redis", null));
    }

    static void Tell(List<KeyValuePair<string, string>> facts, TransactionRecord transaction)
    {
        facts.Add(new("state", transaction.State + (transaction.Reason is { } reason ? $" ({reason})" : "")));
        facts.Add(new("order", Units(transaction.Quantity, transaction.SkuId, transaction.ActivityId)));
        facts.Add(new("admitted", Time(transaction.CreatedAt)));
        if (transaction.DecidedAt is { } decided)
            facts.Add(new("decided", string.Create(CultureInfo.InvariantCulture, $"{Time(decided)}, {(decided - transaction.CreatedAt).TotalMilliseconds:0.0} ms after that")));
        if (transaction.RetryCount > 0)
            facts.Add(new("retries", transaction.RetryCount.ToString(CultureInfo.InvariantCulture)));
        if (transaction.LastError is { } error)
            facts.Add(new("last error", error));
    }

    static void Tell(List<KeyValuePair<string, string>> facts, CompensationRecord compensation)
    {
        var next = compensation.NextAttemptAt is { } at ? $", next at {Time(at)}" : "";
        facts.Add(new(
            "compensation", $"{compensation.Status}: {compensation.Attempts} + {compensation.DeadLetterAttempts} attempts failed{next}; {compensation.Cause}: {compensation.LastError}"));
    }

    static void Tell(List<KeyValuePair<string, string>> facts, FailedOrder archived)
    {
        var handled = archived.Handling is { } handling ? $"handled {Time(handling.At)} by {handling.By}" : "not handled";
        facts.Add(new("archive", $"since {Time(archived.ArchivedAt)}, {handled}; {archived.Cause}: {archived.LastError}"));
    }

    static StoryEntry Entry(TransactionStep step) => new(
        step.OccurredAt,
        step.Step,
        step.Actor,
        step.BatchSize is { } size ? $"{step.Detail}one of {size} in its group commit" : step.Detail,
        step.DurationMicroseconds is { } duration ? TimeSpan.FromMicroseconds(duration) : null);

    static StoryEntry Entry(CompensationStep step)
    {
        var attempt = step.Attempt == 0 ? "" : $"attempt {step.Attempt}: ";
        return new StoryEntry(
            step.At, "compensation." + step.Step, step.Instance, attempt + (step.Detail ?? step.Cause),
            step.DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null);
    }

    async Task<T?> TryAsync<T>(string what, Func<Task<T>> read)
        where T : class?
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is NpgsqlException or ArchiveUnavailableException or DbException or TimeoutException || RedisFaults.IsTransient(exception))
        {
            _gaps.Add($"{what}: {exception.Message}");
            return null;
        }
    }

    static string Units(int quantity, long skuId, long activityId) => $"{quantity} of SKU {skuId}, activity {activityId}";

    static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
