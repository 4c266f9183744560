using MassTransit;
using MassTransit.Testing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>One MySQL server for the tests of the clock; each test takes a database of its own.</summary>
public sealed class ClockDatabase : IAsyncLifetime
{
    MySqlServer? _server;

    public async Task InitializeAsync() => _server = await MySqlServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Options of a database that has the schema.</summary>
    public async Task<MySqlOptions> NewDatabaseAsync()
    {
        var options = _server!.NewDatabase();
        await using var services = Services(options).AddClockSchema().BuildServiceProvider();
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync();
        return options;
    }

    public static Task DropAsync(MySqlOptions options) => MySqlServer.DropAsync(options);

    /// <summary>The ledger, the schema and a bus in memory, over a database.</summary>
    public static IServiceCollection Services(MySqlOptions options, params (string Key, string Value)[] settings)
    {
        var database = new (string Key, string Value)[]
        {
            ("Database:MySql:Host", options.Host),
            ("Database:MySql:Port", options.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Database:MySql:User", options.User),
            ("Database:MySql:Password", options.Password),
            ("Database:MySql:Database", options.Database),
        };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(database.Concat(settings).Select(x => KeyValuePair.Create<string, string?>(x.Key, x.Value)))
            .Build());
        services.AddLogging();
        services.AddLedger();
        services.AddMassTransitTestHarness(x => x.UsingInMemory());
        return services;
    }
}

[CollectionDefinition(Name)]
public sealed class ClockCollection : ICollectionFixture<ClockDatabase>
{
    public const string Name = "clock";
}
