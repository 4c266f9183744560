using Seckill.Ledger;
using Seckill.System.Tests.Audit;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

/// <summary>A test of the command-line tool, on a database of its own.</summary>
public abstract class ToolSpecs : IAsyncLifetime
{
    protected ToolSpecs(BooksFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        MySql = fixture.NewDatabase();
        Tool = new Tool(MySql, fixture.RedisPort);
    }

    private protected MySqlOptions MySql { get; }

    private protected Tool Tool { get; }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual Task DisposeAsync() => MySqlServer.DropAsync(MySql);
}
