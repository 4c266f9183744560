using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests;

/// <summary>A migrated database and a stock Redis, shared by the tests that need both.</summary>
public sealed class LedgerDatabase : IAsyncLifetime
{
    MySqlServer? _server;
    MySqlOptions? _options;

    internal MySqlDatabase Database { get; private set; } = null!;

    internal RedisServer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        try
        {
            _server = await MySqlServer.StartAsync();
            _options = _server.NewDatabase();
            Database = new MySqlDatabase(Options.Create(_options));
            SchemaScripts[] scripts = [new(typeof(MySqlDatabase).Assembly)];
            await new SchemaMigrator(Database, scripts, NullLogger<SchemaMigrator>.Instance).MigrateAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_options is not null)
            await MySqlServer.DropAsync(_options);
        if (_server is not null)
            await _server.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class LedgerTests : ICollectionFixture<LedgerDatabase>
{
    public const string Name = "ledger";
}
