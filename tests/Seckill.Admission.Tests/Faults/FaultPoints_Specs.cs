using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Faults;

namespace Seckill.Admission.Tests.Faults;

/// <summary>Each fault point around the stock in Redis is passed, and what fails there is made good by whoever tries again.</summary>
[Collection(LedgerTests.Name)]
public class FaultPoints_Specs(LedgerDatabase ledger)
{
    [Theory]
    [InlineData("before-admit", "throw:1")]
    [InlineData("after-admit", "throw:1")]
    [InlineData("after-admit", "lost:1")]
    public async Task Should_admit_once(string point, string fault)
    {
        var faults = Armed(point, fault);
        await using var stock = new StockHarness(ledger.Redis, new AdmissionOptions { AdmitBackoffMilliseconds = 1 }, faults: faults);
        await stock.OpenAsync(10);

        (await stock.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.Admitted);

        await stock.ShouldHaveAsync(9, 1, 0);
        faults.PassesOf(KnownPoints.Find(point)!).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("before-redis-prepare", "throw:1", false)]
    [InlineData("redis-prepare-reply", "throw:1", true)]
    [InlineData("redis-prepare-reply", "lost:1", true)]
    [InlineData("before-redis-commit", "throw:1", false)]
    [InlineData("redis-commit-reply", "lost:1", true)]
    [InlineData("before-redis-release", "throw:1", false)]
    [InlineData("redis-release-reply", "lost:1", true)]
    public async Task Should_answer_a_participant_that_asks_again(string point, string fault, bool happened)
    {
        await using var stock = new StockHarness(ledger.Redis, faults: Armed(point, fault));
        await stock.OpenAsync(10);
        var order = await stock.AdmittedAsync("alice");
        Func<Task<string>>[] calls =
        [
            async () => (await stock.Participant.PrepareAsync(order)).ToString(),
            async () => (await stock.Participant.CommitAsync(order)).ToString(),
            async () => (await stock.Participant.ReleaseAsync(order)).ToString(),
        ];
        foreach (var call in calls)
        {
            try
            {
                (await call()).ShouldBeOneOf("Prepared", "Committed", "Released");
            }
            catch (Exception exception) when (exception is InjectedFaultException or LostReplyException)
            {
                RedisFaults.IsTransient(exception).ShouldBeTrue();
                (await call() == "Repeated").ShouldBe(happened);
            }
        }

        stock.Faults.PassesOf(KnownPoints.Find(point)!).ShouldBe(2);
        await stock.ShouldHaveAsync(10, 0, 0);
    }

    [Theory]
    [InlineData("after-rebuild-epoch", "throw:1")]
    [InlineData("after-rebuild-begun", "lost:1")]
    [InlineData("after-rebuild-loaded", "throw:1")]
    [InlineData("after-rebuild-adopted", "lost:1")]
    [InlineData("before-rebuild-finished", "throw:1")]
    [InlineData("after-rebuild-finished", "lost:1")]
    [InlineData("before-lock-acquire", "throw:1")]
    [InlineData("after-lock-release", "lost:1")]
    public async Task Should_rebuild_at_the_next_try(string point, string fault)
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, faults: Armed(point, fault));
        await sale.Stock.OpenAsync(10);
        await sale.Stock.AdmittedAsync("alice");
        await sale.PutAsync(sale.Stock.Unknown("bob"), "confirmed");

        var failed = await Should.ThrowAsync<Exception>(() => sale.WarmUpAsync());
        (failed is InjectedFaultException or LostReplyException).ShouldBeTrue(failed.Message);
        (await sale.WarmUpAsync()).ShouldBe(WarmUpOutcome.Done);

        await sale.Stock.ShouldHaveAsync(8, 1, 1);
    }

    [Fact]
    public async Task Should_leave_a_lock_to_its_expiry_when_its_holder_had_no_reply()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, faults: Armed("after-lock-acquire", "lost:1"));
        var resource = $"fault-points:{Guid.NewGuid():N}";

        (await sale.Locks.TryAcquireAsync(resource, TimeSpan.FromMinutes(1))).ShouldBeNull();
        (await sale.Locks.TryAcquireAsync(resource, TimeSpan.FromMinutes(1))).ShouldBeNull();
    }

    [Fact]
    public async Task Should_keep_a_lock_whose_release_was_not_sent()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, faults: Armed("before-lock-release", "throw:1"));
        var resource = $"fault-points:{Guid.NewGuid():N}";
        var lease = (await sale.Locks.TryAcquireAsync(resource, TimeSpan.FromMinutes(1))).ShouldNotBeNull();

        await Should.ThrowAsync<InjectedFaultException>(async () => await lease.DisposeAsync());
        (await sale.Locks.TryAcquireAsync(resource, TimeSpan.FromMinutes(1))).ShouldBeNull();

        await lease.DisposeAsync();
        await (await sale.Locks.TryAcquireAsync(resource, TimeSpan.FromMinutes(1))).ShouldNotBeNull().DisposeAsync();
    }

    [Theory]
    [InlineData("before-relay-mark", "throw:1", 1)]
    [InlineData("after-relay-mark", "lost:1", 0)]
    public async Task Should_relay_again_what_was_not_marked(string point, string fault, int again)
    {
        await using var sale = await Sale.CreateAsync(ledger, 10, faults: Armed(point, fault));
        await sale.Stock.OpenAsync(10);
        var order = await sale.Stock.AdmittedAsync("alice");
        await (await sale.Stock.DatabaseAsync()).SortedSetAddAsync(sale.Stock.Keys.Pending, order.OrderId.ToString("D"), 1);

        await Should.ThrowAsync<Exception>(() => sale.Relay.PassAsync(default));

        (await sale.Relay.PassAsync(default)).ShouldBe(again);
        sale.Stock.Faults.PassesOf(KnownPoints.Find(point)!).ShouldBeGreaterThan(0);
    }

    static FaultPoints Armed(string name, string fault)
    {
        FaultSetting.TryParse(KnownPoints.Find(name).ShouldNotBeNull(), fault, out var settings).ShouldBeTrue();
        return new FaultPoints(settings, seed: 0, countsDirectory: null, TimeProvider.System, NullLogger<FaultPoints>.Instance);
    }
}
