using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Identity;
using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Operations.Postgres;
using Seckill.Payments;
using Seckill.TestSupport;

namespace Seckill.Api.Tests;

/// <summary>MariaDB, Redis, a pair of keys and the API with its usual settings, which all tests share.</summary>
public sealed class ApiServers : IAsyncLifetime
{
    readonly List<MySqlOptions> _databases = [];
    MySqlServer? _mySql;

    public MySqlOptions MySql { get; private set; } = new();

    public RedisServer Redis { get; private set; } = null!;

    public PostgresServer PostgresServer { get; private set; } = null!;

    /// <summary>The operators' database, with all tables.</summary>
    public PostgresOptions Postgres { get; private set; } = new();

    /// <summary>Spool and log files of the API.</summary>
    public string FilesPath { get; } = Directory.CreateTempSubdirectory("seckill-files-").FullName;

    /// <summary>The API with its usual settings.</summary>
    internal ApiHost Api { get; private set; } = null!;

    public string KeysPath { get; } = Directory.CreateTempSubdirectory("seckill-keys-").FullName;

    public async Task InitializeAsync()
    {
        SigningKeys.CreateDevelopmentPair(KeysPath);
        Redis = await RedisServer.StartAsync();
        _mySql = await MySqlServer.StartAsync();
        MySql = await NewDatabaseAsync();
        PostgresServer = await PostgresServer.StartAsync();
        Postgres = await NewPostgresAsync(PostgresServer);
        Api = await ApiHost.StartAsync(this);
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        if (_mySql is not null)
        {
            foreach (var database in _databases)
                await MySqlServer.DropAsync(database);
            await _mySql.DisposeAsync();
        }

        await Redis.DisposeAsync();
        await PostgresServer.DisposeAsync();
        Directory.Delete(FilesPath, recursive: true);
        Directory.Delete(KeysPath, recursive: true);
    }

    /// <summary>A database with all tables.</summary>
    public async Task<MySqlOptions> NewDatabaseAsync()
    {
        var options = _mySql!.NewDatabase();
        _databases.Add(options);
        var scripts = new[] { new SchemaScripts(typeof(LedgerServices).Assembly), new SchemaScripts(typeof(PaymentServices).Assembly) };
        await new SchemaMigrator(new MySqlDatabase(Options.Create(options)), scripts, NullLogger<SchemaMigrator>.Instance).MigrateAsync();
        return options;
    }

    /// <summary>A database with all tables of operators.</summary>
    public static async Task<PostgresOptions> NewPostgresAsync(PostgresServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var options = new PostgresOptions
        {
            Host = server.Host,
            Port = server.Port,
            User = server.User,
            Password = server.Password,
            Database = PostgresServer.NewDatabase(),
        };
        await using var database = new PostgresDatabase(Options.Create(options));
        await new PostgresSchemaMigrator(database, NullLogger<PostgresSchemaMigrator>.Instance).MigrateAsync();
        return options;
    }

    public TokenIssuer Issuer(TimeProvider? clock = null, Action<AuthOptions>? change = null)
    {
        var options = new AuthOptions { KeysPath = KeysPath };
        change?.Invoke(options);
        return new TokenIssuer(options, clock ?? TimeProvider.System);
    }
}

/// <summary>All tests that need the servers, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiServers>
{
    public const string Name = "API";
}
