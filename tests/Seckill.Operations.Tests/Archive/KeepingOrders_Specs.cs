using System.Text;

using Seckill.Operations.Archive;

namespace Seckill.Operations.Tests.Archive;

/// <summary>What every archive does with single orders.</summary>
public abstract class KeepingOrders_Specs : IAsyncLifetime
{
    protected IFailedOrderArchive Archive { get; private set; } = null!;

    public async Task InitializeAsync() => Archive = await NewArchiveAsync();

    public abstract Task DisposeAsync();

    /// <summary>An empty archive.</summary>
    protected abstract Task<IFailedOrderArchive> NewArchiveAsync();

    /// <summary>Another process with the same archive.</summary>
    protected abstract IFailedOrderArchive InAnotherProcess();

    [Fact]
    public async Task Should_keep_every_field()
    {
        var order = Orders.New();

        (await Archive.AddAsync(order)).ShouldBeTrue();

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order);
    }

    [Fact]
    public async Task Should_keep_a_record_that_could_not_be_read()
    {
        var record = new FailedOrder
        {
            ArchiveId = FailedOrder.IdOf("compensation_dlq", 3, 4_000_000_000),
            Cause = "unreadable",
            LastError = "'0xFF' is an invalid start of a value",
            Payload = Convert.ToBase64String([0xFF, 0, 1]),
            PayloadIsBase64 = true,
            FirstFailedAt = Orders.Noon,
            ArchivedAt = Orders.Noon,
        };

        await Archive.AddAsync(record);

        record.ArchiveId.ShouldBe("raw:compensation_dlq:3:4000000000");
        (await Archive.FindAsync(record.ArchiveId)).ShouldBeSameAs(record);
        (await Archive.MarkHandledAsync(record.ArchiveId, Orders.Handled())).ShouldBe(HandleOutcome.Handled);
    }

    [Fact]
    public async Task Should_know_nothing_of_orders_that_were_not_added()
    {
        (await Archive.FindAsync(FailedOrder.IdOf(Guid.NewGuid()))).ShouldBeNull();
        (await Archive.FindAsync("no\0body \ud83d ../../etc/passwd ☂")).ShouldBeNull();
        (await Archive.MarkHandledAsync(FailedOrder.IdOf(Guid.NewGuid()), Orders.Handled())).ShouldBe(HandleOutcome.Unknown);
    }

    [Fact]
    public async Task Should_change_nothing_when_an_order_is_added_again()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);

        (await Archive.AddAsync(order)).ShouldBeFalse();
        (await Archive.AddAsync(order with { ArchivedAt = order.ArchivedAt.AddDays(1), Cause = "mysql" })).ShouldBeFalse();

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order);
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_leave_a_handled_order_handled_when_an_old_failure_arrives_late()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled());

        (await Archive.AddAsync(order)).ShouldBeFalse();

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order with { Handling = Orders.Handled() });
    }

    [Fact]
    public async Task Should_open_a_handled_order_again_when_it_failed_since()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled());
        var again = order with
        {
            // The record carries what is known of the past, too.
            History = [Orders.Attempt(2), Orders.Attempt(200), Orders.Attempt(300)],
            Cause = "mysql",
            LastError = "Deadlock",
            FirstFailedAt = order.FirstFailedAt.AddHours(2),
            ArchivedAt = order.ArchivedAt.AddHours(2),
        };

        (await Archive.AddAsync(again)).ShouldBeTrue();
        (await Archive.AddAsync(again)).ShouldBeFalse();

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(again with
        {
            History = [Orders.Attempt(1), Orders.Attempt(2), Orders.Attempt(200), Orders.Attempt(300)],
            FirstFailedAt = order.FirstFailedAt,
        });
        (await Archive.ListAsync(new FailedOrderFilter { Handled = false }, null, 10)).Items.Count.ShouldBe(1);
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.ShouldHaveSingleItem().ArchivedAt.ShouldBe(again.ArchivedAt);
        (await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled(Orders.Noon.AddHours(3)))).ShouldBe(HandleOutcome.Handled);
    }

    [Fact]
    public async Task Should_keep_the_first_mark()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);

        (await Archive.MarkHandledAsync(order.ArchiveId, Orders.Handled())).ShouldBe(HandleOutcome.Handled);
        (await Archive.MarkHandledAsync(order.ArchiveId, new Handling("late", Orders.Noon.AddDays(1), null))).ShouldBe(HandleOutcome.AlreadyHandled);

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order with { Handling = Orders.Handled() });
    }

    [Fact]
    public async Task Should_mark_once_when_many_operators_do_it_at_once()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        IFailedOrderArchive[] processes = [Archive, InAnotherProcess()];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => processes[i % 2].MarkHandledAsync(order.ArchiveId, new Handling($"operator-{i}", Orders.Noon, null)))));

        outcomes.Count(x => x == HandleOutcome.Handled).ShouldBe(1);
        outcomes.Count(x => x == HandleOutcome.AlreadyHandled).ShouldBe(19);
        var winner = Array.IndexOf(outcomes, HandleOutcome.Handled);
        (await Archive.FindAsync(order.ArchiveId))!.Handling!.By.ShouldBe($"operator-{winner}");
    }

    [Fact]
    public async Task Should_add_once_when_many_processes_do_it_at_once()
    {
        var order = Orders.New();
        IFailedOrderArchive[] processes = [Archive, InAnotherProcess()];

        var written = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => processes[i % 2].AddAsync(order with { ArchivedAt = order.ArchivedAt.AddSeconds(i) }))));

        written.Count(x => x).ShouldBe(1);
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.ShouldHaveSingleItem()
            .ArchivedAt.ShouldBe(order.ArchivedAt.AddSeconds(Array.IndexOf(written, true)));
    }

    [Fact]
    public async Task Should_keep_any_text()
    {
        const string Text = "秒杀失败 🙂 'single' \"double\" \\back\\ \u2028 $1 @id {0} ; DROP TABLE\r\n\t--";
        var order = Orders.New() with
        {
            BuyerId = Text,
            Cause = Text,
            LastError = Text,
            Payload = Text,
            Headers = new Dictionary<string, string> { [Text] = Text, [""] = "" },
            History = [new FailedAttempt(Orders.Noon, Text, 1, Text, Text)],
        };

        await Archive.AddAsync(order);
        await Archive.MarkHandledAsync(order.ArchiveId, new Handling(Text, Orders.Noon, Text, Text));

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order with { Handling = new Handling(Text, Orders.Noon, Text, Text) });
        (await Archive.ListAsync(new FailedOrderFilter { BuyerId = Text, Cause = Text }, null, 10)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_a_payload_with_NULs_byte_by_byte_and_show_NULs_of_other_texts()
    {
        const string Payload = "{\"a\":\"\0é\"}";
        var order = Orders.New() with
        {
            Payload = Payload,
            LastError = "a\0b \ud83d",
            Headers = new Dictionary<string, string> { ["n\0"] = "\0" },
            History = [new FailedAttempt(Orders.Noon, "s\0", 1, "c\0", "\0")],
        };

        await Archive.AddAsync(order);
        await Archive.MarkHandledAsync(order.ArchiveId, new Handling("b\0y", Orders.Noon, "\0", null));

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order with
        {
            Payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(Payload)),
            PayloadIsBase64 = true,
            LastError = "a\u2400b \ufffd",
            Headers = new Dictionary<string, string> { ["n\u2400"] = "\u2400" },
            History = [new FailedAttempt(Orders.Noon, "s\u2400", 1, "c\u2400", "\u2400")],
            Handling = new Handling("b\u2400y", Orders.Noon, "\u2400"),
        });
    }

    [Fact]
    public async Task Should_keep_a_payload_of_a_megabyte()
    {
        var order = Orders.New() with { Payload = string.Concat(Enumerable.Repeat("0123456789abcdé秒", 65_536)) };

        await Archive.AddAsync(order);

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order);
    }

    [Fact]
    public async Task Should_give_back_times_in_UTC_to_the_microsecond()
    {
        var at = new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.FromHours(8)).AddTicks(1_234_567);

        var order = Orders.New() with { ArchivedAt = at, FirstFailedAt = at };
        await Archive.AddAsync(order);

        var kept = (await Archive.FindAsync(order.ArchiveId))!;
        kept.ArchivedAt.ShouldBe(Orders.Noon.AddTicks(1_234_560));
        kept.ArchivedAt.Offset.ShouldBe(TimeSpan.Zero);
        kept.FirstFailedAt.ShouldBe(kept.ArchivedAt);
    }
}
