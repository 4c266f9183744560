using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Hosting.Identity;
using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Payments;
using Seckill.TestSupport;

namespace Seckill.Api.Tests;

/// <summary>MariaDB, Redis, a pair of keys and the API with its usual settings, which all tests share.</summary>
public sealed class ApiServers : IAsyncLifetime
{
    MySqlServer? _mySql;

    public MySqlOptions MySql { get; private set; } = new();

    public RedisServer Redis { get; private set; } = null!;

    /// <summary>The API with its usual settings.</summary>
    internal ApiHost Api { get; private set; } = null!;

    public string KeysPath { get; } = Directory.CreateTempSubdirectory("seckill-keys-").FullName;

    public MySqlDatabase Database => new(Options.Create(MySql));

    public async Task InitializeAsync()
    {
        SigningKeys.CreateDevelopmentPair(KeysPath);
        Redis = await RedisServer.StartAsync();
        _mySql = await MySqlServer.StartAsync();
        MySql = _mySql.NewDatabase();
        var scripts = new[] { new SchemaScripts(typeof(LedgerServices).Assembly), new SchemaScripts(typeof(PaymentServices).Assembly) };
        await new SchemaMigrator(Database, scripts, Microsoft.Extensions.Logging.Abstractions.NullLogger<SchemaMigrator>.Instance).MigrateAsync();
        Api = await ApiHost.StartAsync(this);
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        if (_mySql is not null)
        {
            await MySqlServer.DropAsync(MySql);
            await _mySql.DisposeAsync();
        }

        await Redis.DisposeAsync();
        Directory.Delete(KeysPath, recursive: true);
    }

    /// <summary>Runs a statement, as the saga would.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
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
