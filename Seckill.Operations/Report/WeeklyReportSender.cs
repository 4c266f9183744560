using System.Globalization;
using System.Text.Json;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Npgsql;

using NpgsqlTypes;

using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.Report;

/// <summary>Sends each week's report once: table <c>weekly_reports</c> says which were sent.</summary>
public sealed class WeeklyReportSender(
    PostgresDatabase database, WeeklyReportReader reader, IAlerts alerts, IOptions<AlertsOptions> options, TimeProvider time,
    ILogger<WeeklyReportSender> logger)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Sends the report of a week, unless it was sent. A crash in between may repeat it and never loses it.</summary>
    /// <returns>Whether it was sent now.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL can't be reached, or refuses.</exception>
    /// <exception cref="ArchiveUnavailableException">The archive can't be reached.</exception>
    public async Task<bool> SendAsync(IsoWeek week, CancellationToken cancellationToken = default)
    {
        if (await WasSentAsync(week, cancellationToken).ConfigureAwait(false))
        {
            LogSentBefore(week);
            return false;
        }

        var report = await reader.ReadAsync(week, cancellationToken).ConfigureAwait(false);
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // Whoever else sends the same report waits here until this transaction has ended.
        if (!await TryNoteAsync(connection, report, cancellationToken).ConfigureAwait(false))
        {
            LogSentBefore(week);
            return false;
        }

        await alerts.RaiseAsync(
            new Alert
            {
                Severity = AlertSeverity.Warning,
                Kind = AlertKinds.WeeklyReport,
                Key = report.Week,
                At = time.GetUtcNow(),
                Facts = WeeklyReportText.Lines(report, options.Value.Language == "zh"),
            },
            cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        logger.LogInformation("The report of week {Week} was sent: {Successes} of {Attempts} attempts succeeded, {Archived} orders were archived",
            report.Week, report.Successes, report.Attempts, report.Archived.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    void LogSentBefore(IsoWeek week) => logger.LogInformation("The report of week {Week} was sent before", week);

    /// <summary>Reading a week may take minutes, and is not done for nothing. Who sends it is decided later, by the row alone.</summary>
    async Task<bool> WasSentAsync(IsoWeek week, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT 1 FROM weekly_reports WHERE week = @week", connection);
        command.Parameters.AddWithValue("week", NpgsqlDbType.Text, week.ToString());
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null;
    }

    async Task<bool> TryNoteAsync(NpgsqlConnection connection, WeeklyReport report, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO weekly_reports (week, sent_at, report) VALUES (@week, @at, @report) ON CONFLICT (week) DO NOTHING", connection);
        command.Parameters.AddWithValue("week", NpgsqlDbType.Text, report.Week);
        command.Parameters.AddWithValue("at", NpgsqlDbType.TimestampTz, time.GetUtcNow());
        command.Parameters.AddWithValue("report", NpgsqlDbType.Jsonb, JsonSerializer.Serialize(report, Json));
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }
}
