using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Tests.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>Who sweeps.</summary>
public sealed class CompensationSweepLoop_Specs(LedgerFixture fixture) : CompensationSpecs(fixture)
{
    [Fact]
    public async Task Should_not_wait_longer_for_a_worker_that_died_while_it_swept_than_for_one_that_died_in_an_attempt()
    {
        var (clock, locks) = (new ManualClock(), new LocksOfOthers());
        using var loop = new CompensationSweepLoop(
            Harness.Sweep, locks, Options.Create(new CompensationOptions { AttemptLeaseSeconds = 7, SweepSeconds = 1 }), clock, NullLogger<CompensationSweepLoop>.Instance);

        await loop.StartAsync(CancellationToken.None);
        await clock.RunUntilAsync(() => locks.Expiry is not null, "the loop wants to sweep");
        await loop.StopAsync(CancellationToken.None);

        locks.Expiry.ShouldBe(TimeSpan.FromSeconds(7));
    }

    /// <summary>Somebody else holds them all.</summary>
    sealed class LocksOfOthers : IDistributedLock
    {
        public TimeSpan? Expiry { get; private set; }

        public Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
        {
            Expiry = expiry;
            return Task.FromResult<ILockLease?>(null);
        }
    }
}
