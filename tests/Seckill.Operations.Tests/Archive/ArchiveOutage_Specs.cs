using Seckill.Operations.Archive;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Archive;

/// <summary>What every archive does while its store is away.</summary>
public abstract class ArchiveOutage_Specs : IAsyncLifetime
{
    static readonly TimeSpan MuchLongerThanItMayTake = TimeSpan.FromSeconds(30);

    protected abstract IFailedOrderArchive Archive { get; }

    /// <summary>An archive whose server takes connections and says nothing.</summary>
    protected abstract IFailedOrderArchive SilentArchive { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    protected abstract Task StopStoreAsync();

    protected abstract Task RestartStoreAsync();

    protected abstract Task FreezeStoreAsync();

    protected abstract Task ThawStoreAsync();

    [Fact]
    public async Task Should_fail_in_its_own_words_and_work_again_afterwards()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await StopStoreAsync();

        foreach (var call in Calls(Archive))
            (await Should.ThrowAsync<ArchiveUnavailableException>(call)).InnerException.ShouldNotBeNull();

        await RestartStoreAsync();
        await Eventually.HoldsAsync(() => WorksAsync(order), "the order is found again");
        (await Archive.AddAsync(Orders.New())).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_fail_while_a_reader_is_on_its_way()
    {
        for (var i = 0; i < 300; i++)
            await Archive.AddAsync(Orders.New() with { Payload = new string('x', 100_000) });

        await Should.ThrowAsync<ArchiveUnavailableException>(async () =>
        {
            var seen = 0;
            await foreach (var order in Archive.ReadAsync(new FailedOrderFilter()))
            {
                order.ArchiveId.ShouldNotBeNull();
                if (++seen == 20)
                    await StopStoreAsync();
            }
        });
    }

    [Fact]
    public async Task Should_not_wait_for_a_server_that_hangs_and_work_again_afterwards()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await FreezeStoreAsync();
        try
        {
            await Task.WhenAll(Calls(Archive).Select(call => Should.ThrowAsync<ArchiveUnavailableException>(() => call().WaitAsync(MuchLongerThanItMayTake))));
        }
        finally
        {
            await ThawStoreAsync();
        }

        await Eventually.HoldsAsync(() => WorksAsync(order), "the order is found again");
    }

    [Fact]
    public async Task Should_not_wait_for_a_server_that_says_nothing()
    {
        var calls = Calls(SilentArchive).Select(call => Should.ThrowAsync<ArchiveUnavailableException>(() => call().WaitAsync(MuchLongerThanItMayTake)));

        await Task.WhenAll(calls);
    }

    static IEnumerable<Func<Task>> Calls(IFailedOrderArchive archive) =>
    [
        () => archive.AddAsync(Orders.New()),
        () => archive.FindAsync("x"),
        () => archive.ListAsync(new FailedOrderFilter(), null, 10),
        () => archive.CountAsync(new FailedOrderFilter()),
        () => archive.MarkHandledAsync("x", Orders.Handled()),
        async () =>
        {
            await foreach (var order in archive.ReadAsync(new FailedOrderFilter()))
                order.ShouldBeNull();
        },
    ];

    async Task<bool> WorksAsync(FailedOrder order)
    {
        try
        {
            return await Archive.FindAsync(order.ArchiveId) is not null;
        }
        catch (ArchiveUnavailableException)
        {
            return false;
        }
    }
}
