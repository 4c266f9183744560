using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>A test of compensation over a database that its class has to itself.</summary>
public abstract class CompensationSpecs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    protected LedgerFixture Fixture { get; } = fixture;

    private protected CompensationHarness Harness { get; private set; } = null!;

    public async Task InitializeAsync() => Harness = await CompensationHarness.StartAsync(Fixture);

    public async Task DisposeAsync() => await Harness.DisposeAsync();
}
