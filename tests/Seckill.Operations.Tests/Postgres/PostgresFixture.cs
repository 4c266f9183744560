using Dapper;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Operations.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Postgres;

/// <summary>One PostgreSQL for the tests that don't stop it; each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}

/// <summary>A database of a test.</summary>
public sealed class TestDatabase(PostgresServer server) : IAsyncDisposable
{
    public PostgresDatabase Database { get; } = new(Options.Create(OptionsFor(server)));

    public PostgresSchemaMigrator Migrator => new(Database, NullLogger<PostgresSchemaMigrator>.Instance);

    public static PostgresOptions OptionsFor(PostgresServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new PostgresOptions
        {
            Host = server.Host,
            Port = server.Port,
            User = server.User,
            Password = server.Password,
            Database = PostgresServer.NewDatabase(),
        };
    }

    public static async Task<TestDatabase> CreateAsync(PostgresServer server)
    {
        var database = new TestDatabase(server);
        await database.Migrator.MigrateAsync();
        return database;
    }

    public static TestDatabase NotMigrated(PostgresServer server) => new(server);

    public async Task<T> AskAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.Source.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await using var server = await Database.OpenServerAsync();
        await server.ExecuteAsync($"DROP DATABASE IF EXISTS \"{Database.Name}\" WITH (FORCE)");
    }
}
