using Dapper;

using Microsoft.Extensions.Logging;

using Npgsql;

using Seckill.Ledger.Schema;

namespace Seckill.Operations.Postgres;

/// <summary>
/// Brings PostgreSQL to the schema of this build: creates the database when it is missing and runs, in order and once each, the
/// <c>Postgres/Schema/NNNN_name.sql</c> files of this assembly. All of it is one transaction, so that a script that fails leaves nothing
/// behind. Several processes may call it at once.
/// </summary>
public sealed class PostgresSchemaMigrator(PostgresDatabase database, ILogger<PostgresSchemaMigrator> logger)
{
    const int LockSeconds = 60;
    const int ScriptSeconds = 300;

    /// <summary>Any number that nobody else in the database takes a lock on: "seckill" in ASCII.</summary>
    const long LockKey = 0x7365636B696C6C;

    /// <summary>Migrates; returns the names of the scripts that were run.</summary>
    /// <exception cref="TimeoutException">Another process has been migrating for a minute.</exception>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        await CreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await LockAsync(connection, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("""
            CREATE TABLE IF NOT EXISTS postgres_schema (
              name       text        NOT NULL PRIMARY KEY,
              applied_at timestamptz NOT NULL DEFAULT now())
            """).ConfigureAwait(false);
        var applied = (await connection.QueryAsync<string>("SELECT name FROM postgres_schema").ConfigureAwait(false)).ToHashSet();
        var run = new List<string>();
        var scripts = new SchemaScripts(typeof(PostgresSchemaMigrator).Assembly).Read().OrderBy(x => x.Name, StringComparer.Ordinal);
        foreach (var (name, sql) in scripts.Where(x => !applied.Contains(x.Name)))
        {
            await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: ScriptSeconds, cancellationToken: cancellationToken))
                .ConfigureAwait(false);
            await connection.ExecuteAsync("INSERT INTO postgres_schema (name) VALUES (@name)", new { name }).ConfigureAwait(false);
            run.Add(name);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in run)
            logger.LogInformation("Schema script {Name} applied to PostgreSQL database {Database}", name, database.Name);
        return run;
    }

    async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
        }

        await using var server = await database.OpenServerAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await server.ExecuteAsync(new CommandDefinition($"CREATE DATABASE \"{database.Name}\" ENCODING 'UTF8' TEMPLATE template0",
                commandTimeout: LockSeconds, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was faster.
        }
    }

    async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // Ends with the transaction, however that ends.
            await connection.ExecuteAsync(new CommandDefinition($"SET LOCAL lock_timeout = '{LockSeconds}s'; SELECT pg_advisory_xact_lock({LockKey})",
                commandTimeout: LockSeconds + 10, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new TimeoutException($"Another process has been migrating PostgreSQL database '{database.Name}' for {LockSeconds} s", exception);
        }
    }
}
