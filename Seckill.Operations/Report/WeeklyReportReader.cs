using Microsoft.Extensions.Options;

using Npgsql;

using NpgsqlTypes;

using Seckill.Ledger;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.Report;

/// <summary>
/// Adds up a week: the steps from table <c>compensation_logs</c>, the archived orders from the archive, wherever that is. Nobody waits for it, so its
/// queries may take longer than those of a request.
/// </summary>
public sealed class WeeklyReportReader(PostgresDatabase database, IFailedOrderArchive archive, IOptions<CompensationLogOptions> log)
{
    const int QuerySeconds = 120;
    const string Reprocess = "reprocess";

    static readonly string[] Stages = ["compensation", "dead_letter", Reprocess];
    static readonly string StepsScript = EmbeddedScript.Read(typeof(WeeklyReportReader).Assembly, "Report.weekly_steps.sql");
    static readonly string EndsScript = EmbeddedScript.Read(typeof(WeeklyReportReader).Assembly, "Report.weekly_ends.sql");

    /// <summary>The report of a week, as far as it has gone.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL can't be reached, or refuses.</exception>
    /// <exception cref="ArchiveUnavailableException">The archive can't be reached.</exception>
    public async Task<WeeklyReport> ReadAsync(IsoWeek week, CancellationToken cancellationToken = default)
    {
        var steps = await ReadStepsAsync(week, cancellationToken).ConfigureAwait(false);
        var ends = await ReadEndsAsync(week, cancellationToken).ConfigureAwait(false);
        var (causes, handled, open) = await ReadArchiveAsync(week, cancellationToken).ConfigureAwait(false);
        var ended = ends.Sum(x => x.Timed);
        return new WeeklyReport
        {
            Week = week.ToString(),
            From = week.From,
            Before = week.Before,
            HandedOver = Count(CompensationStepNames.HandedOver),
            Stages = Stages.Select(x => new StageFigures(x, SucceededIn(x) + FailedIn(x), SucceededIn(x))).ToList(),
            AttemptsNeeded = ends.Where(x => x.Succeeded > 0).Select(x => new AttemptsNeeded(x.Failures + 1, x.Succeeded)).ToList(),
            DeadLettered = Count(CompensationStepNames.DeadLettered),
            ArchivedByCause = causes.Select(x => new CauseFigures(x.Key, x.Value))
                .OrderByDescending(x => x.Orders).ThenBy(x => x.Cause, StringComparer.Ordinal).ToList(),
            ArchivedAndHandled = handled,
            OpenInAll = open,
            Ended = ended,
            MeanSecondsToEnd = ended == 0 ? null : ends.Sum(x => x.Seconds) / ended,
            MaxSecondsToEnd = ended == 0 ? null : ends.Max(x => x.LongestSeconds),
            Alerts = steps.Where(x => x.Step == CompensationStepNames.Alerted).Select(x => new AlertFigures(x.About, x.Count))
                .OrderByDescending(x => x.Count).ThenBy(x => x.Kind, StringComparer.Ordinal).ToList(),
            StepsAreInFilesOnly = !log.Value.UsesTable && steps.Count == 0,
        };

        long Count(string step, Func<Steps, bool>? which = null)
            => steps.Where(x => x.Step == step && (which is null || which(x))).Sum(x => x.Count);

        long SucceededIn(string stage) => stage == Reprocess
            ? Count(CompensationStepNames.Reprocessed, x => !x.Failed)
            : Count(CompensationStepNames.Succeeded, x => x.About == stage);

        long FailedIn(string stage) => stage switch
        {
            Reprocess => Count(CompensationStepNames.Reprocessed, x => x.Failed),
            "dead_letter" => Count(CompensationStepNames.DeadLetterFailed),
            _ => Count(CompensationStepNames.AttemptFailed),
        };
    }

    Task<List<Steps>> ReadStepsAsync(IsoWeek week, CancellationToken cancellationToken) => QueryAsync(StepsScript, week,
        x => new Steps(x.GetString(0), x.IsDBNull(1) ? "" : x.GetString(1), x.GetBoolean(2), x.GetInt64(3)), cancellationToken);

    Task<List<Ends>> ReadEndsAsync(IsoWeek week, CancellationToken cancellationToken) => QueryAsync(EndsScript, week,
        x => new Ends(x.GetInt64(0), x.GetInt64(1), x.GetInt64(2), x.GetDouble(3), x.GetDouble(4)), cancellationToken);

    async Task<List<T>> QueryAsync<T>(string sql, IsoWeek week, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = QuerySeconds };
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, week.From);
        command.Parameters.AddWithValue("before", NpgsqlDbType.TimestampTz, week.Before);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(row));
        return rows;
    }

    async Task<(Dictionary<string, long> Causes, long Handled, long Open)> ReadArchiveAsync(IsoWeek week, CancellationToken cancellationToken)
    {
        var causes = new Dictionary<string, long>(StringComparer.Ordinal);
        var handled = 0L;
        await foreach (var order in archive.ReadAsync(new FailedOrderFilter { From = week.From, Before = week.Before }, cancellationToken)
            .ConfigureAwait(false))
        {
            causes[order.Cause] = causes.GetValueOrDefault(order.Cause) + 1;
            handled += order.Handling is null ? 0 : 1;
        }

        var open = await archive.CountAsync(new FailedOrderFilter { Handled = false }, cancellationToken).ConfigureAwait(false);
        return (causes, handled, open);
    }

    sealed record Steps(string Step, string About, bool Failed, long Count);

    sealed record Ends(long Failures, long Succeeded, long Timed, double Seconds, double LongestSeconds);
}
