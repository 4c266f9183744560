using System.Text.Json;

using Dapper;

using MySqlConnector;

namespace Seckill.Ledger.Settings;

/// <summary>Table <c>settings</c>: what operators change while the system runs.</summary>
public sealed class SettingsStore(MySqlDatabase database)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A setting as it was written last; null when it never was.</summary>
    /// <exception cref="MySqlException">MySQL did not answer.</exception>
    public async Task<Setting<T>?> FindAsync<T>(string name, CancellationToken cancellationToken = default)
        where T : class
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            "SELECT value AS Value, version AS Version, updated_by AS UpdatedBy, updated_at AS UpdatedAt FROM settings WHERE name = @name", new { name })
            .ConfigureAwait(false);
        return row is null
            ? null
            : new Setting<T>(JsonSerializer.Deserialize<T>(row.Value, Json)!, row.Version, row.UpdatedBy, row.UpdatedAt.AsUtc());
    }

    /// <summary>Writes a setting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What it shall be.</param>
    /// <param name="replaces">The version that this change was made from; 0 when there was none.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    /// <returns>False when somebody else has changed it since.</returns>
    /// <exception cref="MySqlException">MySQL did not answer.</exception>
    public async Task<bool> TryWriteAsync<T>(
        string name, T value, long replaces, string by, DateTimeOffset at, CancellationToken cancellationToken = default)
        where T : class
    {
        var parameters = new { name, value = JsonSerializer.Serialize(value, Json), replaces, by, at = at.UtcDateTime };
        var sql = replaces == 0
            ? "INSERT IGNORE INTO settings (name, value, version, updated_by, updated_at) VALUES (@name, @value, 1, @by, @at)"
            : "UPDATE settings SET value = @value, version = version + 1, updated_by = @by, updated_at = @at WHERE name = @name AND version = @replaces";
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteAsync(sql, parameters).ConfigureAwait(false) == 1;
    }

    sealed class Row
    {
        public string Value { get; init; } = "";
        public long Version { get; init; }
        public string UpdatedBy { get; init; } = "";
        public DateTime UpdatedAt { get; init; }
    }
}

/// <summary>A setting and its last change.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="UpdatedBy">Who changed it last.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record Setting<T>(T Value, long Version, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>The names of settings.</summary>
public static class SettingNames
{
    /// <summary><see cref="Seckill.Contracts.CompensationSettings"/>.</summary>
    public const string Compensation = "compensation";
}
