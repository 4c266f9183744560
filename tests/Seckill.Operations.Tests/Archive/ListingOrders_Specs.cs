using Seckill.Operations.Archive;

namespace Seckill.Operations.Tests.Archive;

/// <summary>How every archive lists orders.</summary>
public abstract class ListingOrders_Specs : IAsyncLifetime
{
    const long Megabyte = 1_000_000;

    protected IFailedOrderArchive Archive { get; private set; } = null!;

    public async Task InitializeAsync() => Archive = await NewArchiveAsync();

    public abstract Task DisposeAsync();

    /// <summary>An empty archive.</summary>
    protected abstract Task<IFailedOrderArchive> NewArchiveAsync();

    [Fact]
    public async Task Should_list_nothing_when_there_is_nothing()
    {
        var page = await Archive.ListAsync(new FailedOrderFilter(), null, 1000);

        page.Items.ShouldBeEmpty();
        page.Next.ShouldBeNull();
        (await ReadAsync(new FailedOrderFilter())).ShouldBeEmpty();
        (await Archive.CountAsync(new FailedOrderFilter())).ShouldBe(0);
    }

    [Fact]
    public async Task Should_list_what_was_archived_last_first()
    {
        var ids = new List<string>();
        foreach (var minutes in (int[])[5, 1, 9, 3, -600_000])
        {
            var order = Orders.New() with { ArchivedAt = Orders.Noon.AddMinutes(minutes) };
            ids.Add(order.ArchiveId);
            await Archive.AddAsync(order);
        }

        string[] expected = [ids[2], ids[0], ids[3], ids[1], ids[4]];
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.Select(x => x.ArchiveId).ShouldBe(expected);
        (await ReadAsync(new FailedOrderFilter())).ShouldBe(expected);
    }

    public static TheoryData<string, FailedOrderFilter, string> Filters => new()
    {
        { "all", new FailedOrderFilter(), "e d c b a" },
        { "open", new FailedOrderFilter { Handled = false }, "e d c b" },
        { "handled", new FailedOrderFilter { Handled = true }, "a" },
        { "activity", new FailedOrderFilter { ActivityId = 8 }, "d b" },
        { "buyer", new FailedOrderFilter { BuyerId = "bob" }, "c b" },
        { "cause", new FailedOrderFilter { Cause = "mysql" }, "d" },
        { "from", new FailedOrderFilter { From = Orders.Noon.AddHours(3) }, "e d" },
        { "before", new FailedOrderFilter { Before = Orders.Noon.AddHours(3) }, "c b a" },
        { "span", new FailedOrderFilter { From = Orders.Noon.AddHours(1), Before = Orders.Noon.AddHours(3).AddTicks(10) }, "d c b" },
        { "together", new FailedOrderFilter { ActivityId = 8, BuyerId = "bob", Handled = false, Cause = "redis" }, "b" },
        { "nothing", new FailedOrderFilter { BuyerId = "nobody" }, "" },
        { "end of time", new FailedOrderFilter { From = DateTimeOffset.MinValue, Before = DateTimeOffset.MaxValue }, "e d c b a" },
        { "other offset", new FailedOrderFilter { From = Orders.Noon.AddHours(3).ToOffset(TimeSpan.FromHours(8)) }, "e d" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Should_filter(string what, FailedOrderFilter filter, string expected)
    {
        await AddAsync("a", hour: 0);
        await AddAsync("b", hour: 1, x => x with { ActivityId = 8, BuyerId = "bob" });
        await AddAsync("c", hour: 2, x => x with { BuyerId = "bob", ActivityId = null });
        await AddAsync("d", hour: 3, x => x with { ActivityId = 8, Cause = "mysql", BuyerId = null });
        await AddAsync("e", hour: 4);
        await Archive.MarkHandledAsync("a", Orders.Handled());

        string.Join(' ', await ReadAsync(filter)).ShouldBe(expected, what);
        string.Join(' ', await PagesAsync(filter, 2)).ShouldBe(expected, what);
        (await Archive.CountAsync(filter)).ShouldBe(expected.Count(char.IsLetter), what);
    }

    [Fact]
    public async Task Should_page_over_many_with_equal_times_without_gap_or_repetition()
    {
        var orders = Enumerable.Range(0, 1_150).Select(i => Orders.New() with { ArchivedAt = Orders.Noon.AddSeconds(i / 500) }).ToList();
        await AddAllAsync(orders);

        var seen = await PagesAsync(new FailedOrderFilter(), 97);

        seen.Count.ShouldBe(orders.Count);
        seen.ShouldBeUnique();
        var times = orders.ToDictionary(x => x.ArchiveId, x => x.ArchivedAt);
        seen.Select(x => times[x]).ShouldBe(times.Values.OrderDescending());
        (await ReadAsync(new FailedOrderFilter())).ShouldBe(seen);
        (await Archive.CountAsync(new FailedOrderFilter())).ShouldBe(orders.Count);
        (await Archive.ListAsync(new FailedOrderFilter(), null, 1_000)).Items.Select(x => x.ArchiveId).ShouldBe(seen.Take(1_000));
    }

    [Fact]
    public async Task Should_end_with_a_full_page_when_nothing_follows()
    {
        await AddAllAsync(Enumerable.Range(0, 4).Select(_ => Orders.New()));

        var first = await Archive.ListAsync(new FailedOrderFilter(), null, 2);
        var second = await Archive.ListAsync(new FailedOrderFilter(), first.Next, 2);

        first.Next.ShouldNotBeNull();
        second.Items.Count.ShouldBe(2);
        second.Next.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("~")]
    [InlineData("x~y")]
    [InlineData("-1~y")]
    [InlineData("9223372036854775807~y")]
    [InlineData("1~\0")]
    public async Task Should_refuse_a_position_that_is_none(string position)
        => await Should.ThrowAsync<FormatException>(() => Archive.ListAsync(new FailedOrderFilter(), position, 10));

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public async Task Should_refuse_pages_of_no_sensible_size(int limit)
        => await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Archive.ListAsync(new FailedOrderFilter(), null, limit));

    [Fact]
    public async Task Should_read_all_in_constant_memory()
    {
        const int Count = 2_000;
        // In memory 40 KB each: 80 MB if they were all kept.
        var payload = new string('x', 20_000);
        await AddAllAsync(Enumerable.Range(0, Count).Select(i => Orders.New() with { Payload = payload, ArchivedAt = Orders.Noon.AddSeconds(i) }));

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var seen = 0;
        await foreach (var order in Archive.ReadAsync(new FailedOrderFilter()))
        {
            order.Payload.Length.ShouldBe(payload.Length);
            if (++seen % 250 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        seen.ShouldBe(Count);
        most.ShouldBeLessThan(30 * Megabyte);
    }

    [Fact]
    public async Task Should_stop_reading_when_nobody_wants_more()
    {
        await AddAllAsync(Enumerable.Range(0, 30).Select(i => Orders.New() with { ArchivedAt = Orders.Noon.AddSeconds(i) }));

        // More often than there are connections: each must have been given back.
        for (var i = 0; i < 30; i++)
        {
            await foreach (var order in Archive.ReadAsync(new FailedOrderFilter()))
            {
                order.ArchivedAt.ShouldBe(Orders.Noon.AddSeconds(29));
                break;
            }
        }
    }

    [Fact]
    public async Task Should_be_cancellable()
    {
        await AddAllAsync([Orders.New()]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Archive.ListAsync(new FailedOrderFilter(), null, 1, cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Archive.CountAsync(new FailedOrderFilter(), cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var order in Archive.ReadAsync(new FailedOrderFilter(), cancelled.Token))
                order.ShouldBeNull();
        });
    }

    [Fact]
    public async Task Should_be_cancellable_at_any_moment_of_reading()
    {
        var payload = new string('x', 50_000);
        await AddAllAsync(Enumerable.Range(0, 60).Select(i => Orders.New() with { Payload = payload, ArchivedAt = Orders.Noon.AddSeconds(i) }));

        for (var i = 0; i < 60; i++)
        {
            using var cancelled = new CancellationTokenSource();
            var reading = Task.Run(async () =>
            {
                var seen = 0;
                await foreach (var order in Archive.ReadAsync(new FailedOrderFilter(), cancelled.Token))
                {
                    order.Payload.Length.ShouldBe(payload.Length);
                    if (++seen == i)
                        _ = Task.Run(cancelled.Cancel);
                }
            });
            if (i == 0)
                await cancelled.CancelAsync();
            try
            {
                await reading;
            }
            catch (OperationCanceledException)
            {
                // Unless it was faster.
            }
        }

        // More at once than there are connections: each was given back, and none in the middle of an answer.
        var found = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Archive.ListAsync(new FailedOrderFilter(), null, 1)));
        found.ShouldAllBe(x => x.Items[0].ArchivedAt == Orders.Noon.AddSeconds(59));
    }

    [Fact]
    public async Task Should_read_all_once_while_others_are_archived()
    {
        var orders = Enumerable.Range(0, 120).Select(i => Orders.New() with { ArchivedAt = Orders.Noon.AddSeconds(i) }).ToList();
        await AddAllAsync(orders);

        var seen = new List<string>();
        await foreach (var order in Archive.ReadAsync(new FailedOrderFilter()))
        {
            seen.Add(order.ArchiveId);
            if (seen.Count % 10 != 0)
                continue;

            await Archive.AddAsync(Orders.New() with { ArchivedAt = Orders.Noon.AddHours(1) });
            // One that was read before fails again, which makes it the newest.
            await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled(Orders.Noon.AddMinutes(30)));
            await Archive.AddAsync(order with { ArchivedAt = Orders.Noon.AddHours(1) });
        }

        seen.ShouldBe(orders.Select(x => x.ArchiveId).Reverse());
    }

    protected Task AddAllAsync(IEnumerable<FailedOrder> orders)
        => Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (order, token) => await Archive.AddAsync(order, token));

    Task<bool> AddAsync(string id, int hour, Func<FailedOrder, FailedOrder>? change = null)
    {
        var order = Orders.New() with { ArchiveId = id, ArchivedAt = Orders.Noon.AddHours(hour) };
        return Archive.AddAsync(change?.Invoke(order) ?? order);
    }

    async Task<List<string>> ReadAsync(FailedOrderFilter filter)
    {
        var ids = new List<string>();
        await foreach (var order in Archive.ReadAsync(filter))
            ids.Add(order.ArchiveId);
        return ids;
    }

    async Task<List<string>> PagesAsync(FailedOrderFilter filter, int limit)
    {
        var ids = new List<string>();
        string? next = null;
        do
        {
            var page = await Archive.ListAsync(filter, next, limit);
            page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(page.Items.Select(x => x.ArchiveId));
            next = page.Next;
        }
        while (next is not null);
        return ids;
    }
}
