using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Sagas.Audit;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Audit;

/// <summary>A MySQL database with the schema and a Redis, both real, for all tests of the audit.</summary>
public sealed class BooksFixture : IAsyncLifetime, IAsyncDisposable
{
    MySqlServer? _mySql;
    RedisServer? _redis;
    MySqlOptions? _options;
    RedisConnections? _connections;

    public MySqlDatabase Database { get; private set; } = null!;

    public Books Books { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _mySql = await MySqlServer.StartAsync();
        _redis = await RedisServer.StartAsync();
        _options = _mySql.NewDatabase();
        Database = new MySqlDatabase(Options.Create(_options));
        await new SchemaMigrator(Database, [new SchemaScripts(typeof(MySqlDatabase).Assembly)], NullLogger<SchemaMigrator>.Instance).MigrateAsync();
        _connections = new RedisConnections(
            Options.Create(new RedisOptions { Stock = new RedisEndpoint { Host = RedisServer.Host, Port = _redis.Port } }), TimeProvider.System,
            NullLogger<RedisConnection>.Instance);
        Books = new Books(Database, await _connections.Stock.DatabaseAsync());
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (_connections is not null)
            await _connections.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_mySql is null)
            return;

        if (_options is not null)
            await MySqlServer.DropAsync(_options);
        await _mySql.DisposeAsync();
    }

    /// <summary>A database that does not exist yet.</summary>
    public MySqlOptions NewDatabase() => _mySql!.NewDatabase();

    /// <summary>Where the Redis is.</summary>
    public int RedisPort => _redis!.Port;

    /// <summary>An audit that looks again soon; <paramref name="configure"/> changes what a test wants otherwise.</summary>
    public AuditService Audit(Action<AuditOptions>? configure = null)
    {
        var options = new AuditOptions { UndecidedAfterSeconds = 420, RecheckDelayMilliseconds = 100, PageSize = 200 };
        configure?.Invoke(options);
        return new AuditService(Database, _connections!, Options.Create(options), TimeProvider.System, NullLogger<AuditService>.Instance);
    }
}
