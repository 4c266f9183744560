using System.Diagnostics.Metrics;

using MassTransit.Testing;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Ledger.Compensation;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Recovery;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public class Scans_Specs(ClockDatabase databases) : IAsyncLifetime
{
    static readonly DateTimeOffset Now = DueRows.Now;
    static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);

    MySqlOptions _options = new();
    DueRows _rows = new(new MySqlOptions());
    ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        _options = await databases.NewDatabaseAsync();
        _rows = new DueRows(_options);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await ClockDatabase.DropAsync(_options);
    }

    [Fact]
    public async Task Should_time_out_prepared_transactions_whose_time_has_come_and_no_others()
    {
        var justNow = await _rows.AddAsync(TransactionStates.Prepared, Now);
        var longAgo = await _rows.AddAsync(TransactionStates.Prepared, Now.AddHours(-1));
        await _rows.AddAsync(TransactionStates.Prepared, Now + Tick);
        await _rows.AddAsync(TransactionStates.Prepared, null);
        foreach (var state in new[] { "Committed", "Paid", "RollingBack", "RolledBack", "Cancelling", "Cancelled", "Refunding", "Refunded" })
            await _rows.AddAsync(state, Now.AddHours(-1));

        (await Suspended.RunAsync(Now)).ShouldBe(2);

        Sent<TransactionTimedOut>(x => x.OrderId).ShouldBe([longAgo, justNow]);
    }

    [Fact]
    public async Task Should_cancel_committed_orders_whose_deadline_has_come_and_no_others()
    {
        var justNow = await _rows.AddAsync(TransactionStates.Committed, Now);
        await _rows.AddAsync(TransactionStates.Committed, Now + Tick);
        await _rows.AddAsync(TransactionStates.Committed, null);
        foreach (var state in new[] { "Prepared", "Paid", "RollingBack", "RolledBack", "Cancelling", "Cancelled", "Refunding", "Refunded" })
            await _rows.AddAsync(state, Now.AddHours(-1));

        (await PaymentDeadlines.RunAsync(Now)).ShouldBe(1);

        Sent<PaymentDeadlineReached>(x => x.OrderId).ShouldBe([justNow]);
    }

    [Fact]
    public async Task Should_resume_what_stands_half_done()
    {
        var grace = TimeSpan.FromSeconds(15);
        var later = Now.AddMinutes(1);
        var expected = new List<Guid>
        {
            await _rows.AddAsync(TransactionStates.RollingBack, Now),
            await _rows.AddAsync(TransactionStates.Cancelling, Now.AddHours(-1)),
            await _rows.AddAsync(TransactionStates.Refunding, Now.AddHours(-2)),
            await _rows.AddAsync(TransactionStates.Prepared, later, preparedAt: Now - grace),
            await _rows.AddAsync(TransactionStates.Prepared, later, preparedAt: null, createdAt: Now - grace),
        };
        await _rows.AddAsync(TransactionStates.RollingBack, Now + Tick);
        await _rows.AddAsync(TransactionStates.Prepared, later, preparedAt: Now - grace + Tick);
        // Prepared a moment ago, though it was admitted long before (Kafka was down): it is in nobody's way.
        await _rows.AddAsync(TransactionStates.Prepared, later, preparedAt: Now, createdAt: Now.AddHours(-1));
        // Past its time-out: the suspended scan's.
        await _rows.AddAsync(TransactionStates.Prepared, Now, preparedAt: Now.AddHours(-1));
        foreach (var state in new[] { "Committed", "Paid", "RolledBack", "Cancelled", "Refunded" })
            await _rows.AddAsync(state, Now.AddHours(-1), preparedAt: Now.AddHours(-1));

        (await Unfinished.RunAsync(Now)).ShouldBe(5);

        Sent<ResumeTransaction>(x => x.OrderId).Order().ShouldBe(expected.Order());
    }

    [Fact]
    public async Task Should_page_through_all_that_is_due_even_at_the_same_instant()
    {
        await RestartAsync(("Clock:PageSize", "7"));
        var due = (await _rows.AddManyAsync(20, TransactionStates.Committed, Now.AddSeconds(-1)))
            .Concat(await _rows.AddManyAsync(10, TransactionStates.Committed, Now.AddSeconds(-2)))
            .ToList();

        (await PaymentDeadlines.RunAsync(Now)).ShouldBe(30);

        var sent = Sent<PaymentDeadlineReached>(x => x.OrderId);
        sent.Count.ShouldBe(30);
        sent.Order().ShouldBe(due.Order());
    }

    [Fact]
    public async Task Should_page_through_retries_that_it_postpones_on_the_way()
    {
        await RestartAsync(("Clock:PageSize", "7"));
        var due = await _rows.AddManyAsync(30, TransactionStates.Cancelling, Now.AddSeconds(-1));

        (await Unfinished.RunAsync(Now)).ShouldBe(30);

        Sent<ResumeTransaction>(x => x.OrderId).Order().ShouldBe(due.Order());
    }

    [Fact]
    public async Task Should_send_no_more_than_allowed_in_one_run_and_go_on_in_the_next()
    {
        await RestartAsync(("Clock:PageSize", "4"), ("Clock:MaxPerRun", "10"));
        var due = await _rows.AddManyAsync(23, TransactionStates.Committed, Now);

        var runs = new[] { await PaymentDeadlines.RunAsync(Now), await PaymentDeadlines.RunAsync(Now), await PaymentDeadlines.RunAsync(Now) };

        runs.ShouldBe([10, 10, 3]);
        Sent<PaymentDeadlineReached>(x => x.OrderId).Order().ShouldBe(due.Order());
    }

    [Fact]
    public async Task Should_not_repeat_itself_at_each_look_but_after_a_while()
    {
        await _rows.AddAsync(TransactionStates.Prepared, Now);
        await _rows.AddAsync(TransactionStates.Committed, Now);

        (await Suspended.RunAsync(Now)).ShouldBe(1);
        (await PaymentDeadlines.RunAsync(Now)).ShouldBe(1);
        (await Suspended.RunAsync(Now.AddSeconds(30) - Tick)).ShouldBe(0);
        (await PaymentDeadlines.RunAsync(Now.AddSeconds(30) - Tick)).ShouldBe(0);
        (await Suspended.RunAsync(Now.AddSeconds(30))).ShouldBe(1);
        (await PaymentDeadlines.RunAsync(Now.AddSeconds(30))).ShouldBe(1);
    }

    [Fact]
    public async Task Should_leave_to_compensation_what_was_handed_over_before_compensation_begins()
    {
        var failed = await _rows.AddAsync(TransactionStates.Prepared, Now.AddMinutes(1), preparedAt: Now.AddMinutes(-1));
        await _rows.AddAsync(TransactionStates.Prepared, Now.AddMinutes(1), preparedAt: Now.AddMinutes(-1));

        await new CompensationStore(_rows.Database).NoteFailureAsync(failed, "it broke");

        (await Unfinished.RunAsync(Now)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_leave_to_compensation_what_it_works_at()
    {
        var store = new CompensationStore(_rows.Database);
        foreach (var id in new[]
        {
            await _rows.AddAsync(TransactionStates.RollingBack, Now), await _rows.AddAsync(TransactionStates.Prepared, Now.AddMinutes(1), preparedAt: Now.AddMinutes(-1)),
        })
        {
            await store.OpenAsync(new CompensationRecord
            {
                Status = CompensationStatus.Retrying,
                Source = "test",
                Cause = "redis",
                LastError = "it broke",
                Request = LedgerFixture.NewRequest(1) with { OrderId = id },
                FirstFailedAt = Now,
            });
        }

        (await Unfinished.RunAsync(Now)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_leave_time_outs_and_deadlines_in_MySQL_as_they_are()
    {
        var prepared = await _rows.AddAsync(TransactionStates.Prepared, Now);
        var stalled = await _rows.AddAsync(TransactionStates.Prepared, Now.AddMinutes(1), preparedAt: Now.AddMinutes(-1));
        var committed = await _rows.AddAsync(TransactionStates.Committed, Now);

        await Suspended.RunAsync(Now);
        await PaymentDeadlines.RunAsync(Now);
        await Unfinished.RunAsync(Now);

        (await _rows.ExpiresAtAsync(prepared)).ShouldBe(Now);
        (await _rows.ExpiresAtAsync(stalled)).ShouldBe(Now.AddMinutes(1));
        (await _rows.ExpiresAtAsync(committed)).ShouldBe(Now);
    }

    [Fact]
    public async Task Should_move_the_next_retry_so_that_no_other_worker_repeats_it_and_leave_the_row_version()
    {
        var id = await _rows.AddAsync(TransactionStates.RollingBack, Now);

        (await Unfinished.RunAsync(Now)).ShouldBe(1);
        await RestartAsync();

        (await Unfinished.RunAsync(Now.AddSeconds(30) - Tick)).ShouldBe(0);
        (await _rows.ExpiresAtAsync(id)).ShouldBe(Now.AddSeconds(30));
        (await _rows.RowVersionAsync(id)).ShouldBe(1);
        (await Unfinished.RunAsync(Now.AddSeconds(30))).ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_move_a_row_that_moved_on_meanwhile()
    {
        var finished = await _rows.AddAsync(TransactionStates.RolledBack, null);
        var retriedLater = await _rows.AddAsync(TransactionStates.RollingBack, Now.AddHours(1));
        var decided = await _rows.AddAsync(TransactionStates.Committed, Now);
        var due = await _rows.AddAsync(TransactionStates.RollingBack, Now);

        var moved = await _services.GetRequiredService<DueTransactions>()
            .PostponeAsync(TransactionStates.RollingBack, [finished, retriedLater, decided, due], Now, Now.AddSeconds(30), CancellationToken.None);

        moved.ShouldBe(1);
        (await _rows.ExpiresAtAsync(finished)).ShouldBeNull();
        (await _rows.ExpiresAtAsync(retriedLater)).ShouldBe(Now.AddHours(1));
        (await _rows.ExpiresAtAsync(decided)).ShouldBe(Now);
        (await _rows.ExpiresAtAsync(due)).ShouldBe(Now.AddSeconds(30));
    }

    [Fact]
    public async Task Should_count_the_suspended_whether_it_sends_or_not()
    {
        await _rows.AddManyAsync(3, TransactionStates.Prepared, Now);
        await _rows.AddAsync(TransactionStates.Prepared, Now + Tick);
        using var gauge = new GaugeReader(_services.GetRequiredService<IMeterFactory>(), ClockMetrics.Suspended);

        await Suspended.RunAsync(Now);
        gauge.Read().ShouldBe(3);
        await Suspended.RunAsync(Now);
        gauge.Read().ShouldBe(3);
        await Suspended.RunAsync(Now.AddHours(-1));
        gauge.Read().ShouldBe(0);
    }

    SuspendedTransactionScan Suspended => _services.GetRequiredService<SuspendedTransactionScan>();

    PaymentDeadlineScan PaymentDeadlines => _services.GetRequiredService<PaymentDeadlineScan>();

    UnfinishedTransactionScan Unfinished => _services.GetRequiredService<UnfinishedTransactionScan>();

    List<Guid> Sent<T>(Func<T, Guid> orderId)
        where T : class
        => _services.GetRequiredService<ITestHarness>().Sent.Select<T>().Select(x => orderId(x.Context.Message)).ToList();

    async Task RestartAsync(params (string Key, string Value)[] settings)
    {
        await _services.DisposeAsync();
        await StartAsync(settings);
    }

    async Task StartAsync(params (string Key, string Value)[] settings)
    {
        _services = ClockDatabase.Services(_options, settings).AddTransactionScans().BuildServiceProvider();
        await _services.GetRequiredService<ITestHarness>().Start();
    }
}
