using System.Reflection;

using Dapper;

using Microsoft.Extensions.Logging;

namespace Seckill.Ledger.Schema;

/// <summary>
/// Brings the database to the schema of this build: creates it when it is missing and runs, in order and once each, the
/// <c>Schema/NNNN_name.sql</c> files of this assembly and of others that registered theirs. Several processes may call it at once. MySQL commits each statement that changes a
/// table by itself, so a script that was cut off is run again from its beginning: each must bear that.
/// </summary>
public sealed class SchemaMigrator(MySqlDatabase database, IEnumerable<SchemaScripts> scripts, ILogger<SchemaMigrator> logger)
{
    const int LockTimeoutSeconds = 60;

    /// <summary>Migrates; returns the names of the scripts that were run.</summary>
    /// <exception cref="TimeoutException">Another process has been migrating for a minute.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        await using (var server = await database.OpenServerAsync(cancellationToken).ConfigureAwait(false))
        {
            await server.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS `{database.Name}` CHARACTER SET utf8mb4").ConfigureAwait(false);
        }

        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var lockName = "seckill_schema_" + database.Name;
        var locked = await connection.ExecuteScalarAsync<long?>("SELECT GET_LOCK(@lockName, @LockTimeoutSeconds)",
            new { lockName, LockTimeoutSeconds }, commandTimeout: LockTimeoutSeconds + 10).ConfigureAwait(false);
        if (locked != 1)
            throw new TimeoutException($"Another process has been migrating database '{database.Name}' for {LockTimeoutSeconds} s");

        try
        {
            await connection.ExecuteAsync("""
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  name VARCHAR(128) NOT NULL PRIMARY KEY,
                  applied_at DATETIME(3) NOT NULL) ENGINE = InnoDB
                """).ConfigureAwait(false);
            var applied = (await connection.QueryAsync<string>("SELECT name FROM schema_migrations").ConfigureAwait(false)).ToHashSet();
            var run = new List<string>();
            foreach (var (name, sql) in scripts.SelectMany(x => x.Read()).OrderBy(x => x.Name, StringComparer.Ordinal))
            {
                if (applied.Contains(name))
                    continue;

                await connection.ExecuteAsync(sql, commandTimeout: 300).ConfigureAwait(false);
                await connection.ExecuteAsync("INSERT INTO schema_migrations (name, applied_at) VALUES (@name, UTC_TIMESTAMP(3))", new { name })
                    .ConfigureAwait(false);
                logger.LogInformation("Schema script {Name} applied to {Database}", name, database.Name);
                run.Add(name);
            }

            return run;
        }
        finally
        {
            await connection.ExecuteAsync("DO RELEASE_LOCK(@lockName)", new { lockName }).ConfigureAwait(false);
        }
    }
}

/// <summary>The schema scripts that one assembly carries in its folder <c>Schema</c>.</summary>
public sealed class SchemaScripts(Assembly assembly)
{
    /// <summary>Name (<c>0001_tables</c>) and text of each script.</summary>
    public IEnumerable<(string Name, string Sql)> Read()
    {
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var at = resource.IndexOf(".Schema.", StringComparison.Ordinal);
            if (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal))
                continue;

            var file = resource[(at + ".Schema.".Length)..];
            yield return (file[..^".sql".Length], EmbeddedScript.Read(assembly, "Schema." + file));
        }
    }
}
