using Dapper;

using Seckill.Operations.Archive;
using Seckill.Operations.Postgres;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Archive;

[Collection(PostgresTests.Name)]
public sealed class Keeping_orders_in_PostgreSQL_Specs(PostgresFixture fixture) : KeepingOrders_Specs
{
    TestDatabase _database = null!;

    public override async Task DisposeAsync() => await _database.DisposeAsync();

    protected override async Task<IFailedOrderArchive> NewArchiveAsync()
    {
        _database = await TestDatabase.CreateAsync(fixture.Server);
        return new PostgresArchive(_database.Database);
    }

    protected override IFailedOrderArchive InAnotherProcess() => new PostgresArchive(_database.Database);

    [Fact]
    public async Task Should_show_operators_plain_columns()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled());

        await using var connection = await _database.Database.Source.OpenConnectionAsync();
        var row = await connection.QuerySingleAsync<(string, bool, string, string, string, int, string)>("""
            SELECT order_id::text, handled, handled_by, note, outcome, jsonb_array_length(history), headers ->> 'trace' FROM failed_order_archives
            """);

        row.ShouldBe((order.ArchiveId, true, "operator-1", "refunded by hand", "RolledBack", 2, "1"));
    }
}

[Collection(PostgresTests.Name)]
public sealed class Listing_orders_in_PostgreSQL_Specs(PostgresFixture fixture) : ListingOrders_Specs
{
    TestDatabase _database = null!;

    public override async Task DisposeAsync() => await _database.DisposeAsync();

    protected override async Task<IFailedOrderArchive> NewArchiveAsync()
    {
        _database = await TestDatabase.CreateAsync(fixture.Server);
        return new PostgresArchive(_database.Database);
    }
}

public sealed class PostgreSQL_outage_Specs : ArchiveOutage_Specs
{
    SilentServer _silent = null!;
    PostgresServer _server = null!;
    TestDatabase _database = null!;
    PostgresDatabase _silentDatabase = null!;

    protected override IFailedOrderArchive Archive => new PostgresArchive(_database.Database);

    protected override IFailedOrderArchive SilentArchive => new PostgresArchive(_silentDatabase);

    public override async Task InitializeAsync()
    {
        _silent = SilentServer.Start();
        _server = await PostgresServer.StartPrivateAsync();
        _database = await TestDatabase.CreateAsync(_server);
        _silentDatabase = _silent.AsPostgres();
    }

    public override async Task DisposeAsync()
    {
        // The server goes, and the database with it.
        await _database.Database.DisposeAsync();
        await _silentDatabase.DisposeAsync();
        await _server.DisposeAsync();
        _silent.Dispose();
    }

    protected override Task StopStoreAsync() => _server.StopAsync();

    protected override Task RestartStoreAsync() => _server.RestartAsync();

    protected override Task FreezeStoreAsync() => _server.FreezeAsync();

    protected override Task ThawStoreAsync() => _server.ThawAsync();
}
