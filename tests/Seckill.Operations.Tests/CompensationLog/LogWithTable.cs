using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.CompensationLog;

/// <summary>What each test of the log has of its own: a database, and a folder. Both end with it.</summary>
public abstract class LogWithTable(PostgresFixture postgres) : IAsyncLifetime
{
    protected TestDatabase Database { get; private set; } = null!;

    private protected LogFolder Folder { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync(postgres.Server);
        Folder = LogFolder.For(Database.Database);
    }

    public async Task DisposeAsync()
    {
        await Folder.DisposeAsync();
        await Database.DisposeAsync();
    }
}
