using Dapper;

using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>A test of compensation over a database that its class has to itself.</summary>
public abstract class CompensationSpecs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    protected LedgerFixture Fixture { get; } = fixture;

    private protected CompensationHarness Harness { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // A sweep finds whatever is due, also what a test before this one has left.
        await using (var connection = await Fixture.Database.OpenAsync())
            await connection.ExecuteAsync("DELETE FROM compensation");
        Harness = await CompensationHarness.StartAsync(Fixture);
    }

    public async Task DisposeAsync() => await Harness.DisposeAsync();
}
