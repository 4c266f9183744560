using Dapper;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Operations.Postgres;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.AuditLog;

/// <summary>A database as a production server has it: it belongs to a role without further rights, as which the application connects.</summary>
sealed class OwnedDatabase : IAsyncDisposable
{
    const string Password = "owned";

    readonly PostgresDatabase _asAdministrator;
    readonly string _role;

    OwnedDatabase(PostgresDatabase asAdministrator, PostgresDatabase database, string role)
    {
        _asAdministrator = asAdministrator;
        _role = role;
        Database = database;
    }

    public PostgresDatabase Database { get; }

    public static async Task<OwnedDatabase> CreateAsync(PostgresServer server)
    {
        var options = TestDatabase.OptionsFor(server);
        var role = options.Database + "_role";
        var asAdministrator = new PostgresDatabase(Options.Create(options));
        await using (var connection = await asAdministrator.OpenServerAsync())
        {
            await connection.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{Password}'");
            await connection.ExecuteAsync($"CREATE DATABASE {options.Database} OWNER {role}");
        }

        var database = new PostgresDatabase(Options.Create(new PostgresOptions
        {
            Host = options.Host,
            Port = options.Port,
            User = role,
            Password = Password,
            Database = options.Database,
        }));
        await new PostgresSchemaMigrator(database, NullLogger<PostgresSchemaMigrator>.Instance).MigrateAsync();
        return new OwnedDatabase(asAdministrator, database, role);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await using (var connection = await _asAdministrator.OpenServerAsync())
        {
            await connection.ExecuteAsync($"DROP DATABASE {Database.Name} WITH (FORCE)");
            await connection.ExecuteAsync($"DROP ROLE {_role}");
        }

        await _asAdministrator.DisposeAsync();
    }
}
