using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests;

/// <summary>A migrated database and a stock Redis, shared by the tests that need both.</summary>
public sealed class LedgerDatabase : IAsyncLifetime
{
    MySqlServer _server = null!;
    MySqlOptions _options = null!;

    internal MySqlDatabase Database { get; private set; } = null!;

    internal RedisServer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        _server = await MySqlServer.StartAsync();
        _options = _server.NewDatabase();
        Database = new MySqlDatabase(Options.Create(_options));
        await new SchemaMigrator(Database, [new SchemaScripts(typeof(MySqlDatabase).Assembly)], NullLogger<SchemaMigrator>.Instance).MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        await MySqlServer.DropAsync(_options);
        await _server.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class LedgerTests : ICollectionFixture<LedgerDatabase>
{
    public const string Name = "ledger";
}
