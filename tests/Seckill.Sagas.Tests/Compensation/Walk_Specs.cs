using System.Text;
using System.Text.Json;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Kafka;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.DeadLetters;
using Seckill.Sagas.Tests.Faults;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>The way of an order that fails: retries, dead-letter topic, archive, and back.</summary>
public sealed class Walk_Specs(LedgerFixture fixture) : CompensationSpecs(fixture)
{
    static readonly Func<Exception> Broken = () => new InvalidOperationException("WRONGTYPE");

    [Fact]
    public async Task Should_heal_at_the_first_attempt_after_ten_seconds()
    {
        var before = Harness.Clock.GetUtcNow();
        var order = await Harness.FailOrderAsync(Broken);
        var after = Harness.Clock.GetUtcNow();
        Harness.Stock.Failure = null;

        var due = (await Harness.Store.FindAsync(order.OrderId))!.NextAttemptAt!.Value;
        due.ShouldBeInRange(before.AddSeconds(10), after.AddSeconds(10));
        (await Harness.Sweep.RunAsync(due.AddMilliseconds(-1))).ShouldBe(0);
        (await Harness.Sweep.RunAsync(due.AddMilliseconds(1))).ShouldBe(1);

        await Eventually.HoldsAsync(() => Harness.Log.StepsOf(order.OrderId).Contains(CompensationStepNames.Succeeded), "compensation is over");
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
        (await Harness.TransactionAsync(order.OrderId)).ShouldBe((TransactionStates.Committed, 0, null));
        Harness.Log.StepsOf(order.OrderId).ShouldBe([CompensationStepNames.HandedOver, CompensationStepNames.Scheduled, CompensationStepNames.Succeeded]);
        Harness.Alerts.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_have_consumed_the_message_that_is_handed_over()
    {
        await Harness.FailOrderAsync(Broken);

        await Eventually.HoldsAsync(() => Harness.Received.At(QueueNames.OrderTransaction) is { Consumed: 1, Skipped: 0 }, "the message is consumed");
    }

    [Fact]
    public async Task Should_wait_longer_before_each_attempt_and_count_them()
    {
        var order = await Harness.FailOrderAsync(Broken);

        foreach (var (attempt, seconds) in new[] { (1, 30), (2, 60) })
        {
            var before = Harness.Clock.GetUtcNow();
            await Harness.AttemptAsync(order.OrderId);
            var after = Harness.Clock.GetUtcNow();

            var row = (await Harness.Store.FindAsync(order.OrderId)).ShouldNotBeNull();
            row.Attempts.ShouldBe(attempt);
            row.Status.ShouldBe(CompensationStatus.Retrying);
            row.Cause.ShouldBe(FailureCauses.Other);
            row.LastError.ShouldContain("WRONGTYPE");
            row.NextAttemptAt!.Value.ShouldBeInRange(before.AddSeconds(seconds), after.AddSeconds(seconds));
        }

        (await Harness.Store.FindAsync(order.OrderId))!.History.Select(x => (x.Stage, x.Number)).ShouldBe(
            [("transaction", 1), ("compensation", 1), ("compensation", 2)]);
    }

    [Fact]
    public async Task Should_show_the_count_and_the_error_in_the_transactions_own_row()
    {
        var order = await PreparedAndStuckAsync();

        await Harness.AttemptAsync(order.OrderId);

        var (state, retries, error) = (await Harness.TransactionAsync(order.OrderId)).ShouldNotBeNull();
        state.ShouldBe(TransactionStates.Prepared);
        retries.ShouldBe(1);
        error.ShouldNotBeNull().ShouldContain("WRONGTYPE");
    }

    [Fact]
    public async Task Should_go_to_the_dead_letter_topic_and_heal_there()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await UseUpAttemptsAsync(order.OrderId);

        var letter = Harness.Kafka.DeadLetters.ShouldHaveSingleItem();
        letter.Attempts.ShouldBe(3);
        letter.History.Count.ShouldBe(4);
        Harness.Alerts.All.ShouldHaveSingleItem().Kind.ShouldBe(AlertKinds.OrderDeadLettered);
        (await Harness.Store.FindAsync(order.OrderId))!.Status.ShouldBe(CompensationStatus.DeadLetter);

        Harness.Stock.Failure = null;
        await Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
        (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId))).ShouldBeNull();
        Harness.Log.StepsOf(order.OrderId)[^1].ShouldBe(CompensationStepNames.Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Should_wait_before_the_first_attempt_at_a_dead_letter_too(int retries)
    {
        await DelayDeadLettersAsync(retries);
        var before = Harness.Clock.GetUtcNow();
        var order = await Harness.FailOrderAsync(Broken);
        for (var i = 0; i < retries; i++)
            await Harness.AttemptAsync(order.OrderId);
        var after = Harness.Clock.GetUtcNow();

        (await Harness.Store.FindAsync(order.OrderId))!.NextAttemptAt!.Value.ShouldBeInRange(before.AddMinutes(1), after.AddMinutes(1));
        await ShouldWaitAsync(Harness.Kafka.DeadLetters.ShouldHaveSingleItem());
        // One that waited long enough in a backlog is tried as soon as it is read.
        Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Harness.Stock.Failure = null;
        await Harness.DeadLetters.HandleAsync(Harness.Kafka.DeadLetters.Single(), CancellationToken.None);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_wait_for_a_dead_letter_no_longer_than_its_delay_by_a_clock_that_is_behind()
    {
        await DelayDeadLettersAsync(retries: 1, seconds: 1);
        var order = await Harness.FailOrderAsync(Broken);
        await Harness.AttemptAsync(order.OrderId);
        Harness.Stock.Failure = null;
        Harness.Clock.Advance(TimeSpan.FromMinutes(-3));

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Harness.DeadLetters.HandleAsync(Harness.Kafka.DeadLetters.ShouldHaveSingleItem(), stop.Token);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_wait_before_the_first_attempt_at_a_dead_letter_whose_row_was_lost()
    {
        await DelayDeadLettersAsync(retries: 1);
        var order = await Harness.FailOrderAsync(Broken);
        await Harness.AttemptAsync(order.OrderId);
        await Harness.Store.ClearAsync(order.OrderId);

        await ShouldWaitAsync(Harness.Kafka.DeadLetters.Single());
    }

    [Fact]
    public async Task Should_not_wait_before_the_first_attempt_at_a_dead_letter_of_an_older_version()
    {
        await DelayDeadLettersAsync(retries: 3);
        var order = await Harness.FailOrderAsync(Broken);
        await ExhaustAsync(order);
        await Harness.Sweep.RunAsync(Harness.Clock.GetUtcNow().AddSeconds(6));
        Harness.Stock.Failure = null;

        await Harness.DeadLetters.HandleAsync(Harness.Kafka.DeadLetters.Single(), CancellationToken.None);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_tell_of_a_dead_letter_that_is_dealt_with_before_its_sender_knows_that_it_was_sent()
    {
        Harness.Kafka.FastReader = letter => Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);
        var order = await Harness.FailOrderAsync(Broken);
        await UseUpAttemptsAsync(order.OrderId);

        (await Harness.Store.FindAsync(order.OrderId))!.Status.ShouldBe(CompensationStatus.Archived);
        Harness.Alerts.All.Count(x => x.Kind == AlertKinds.OrderDeadLettered).ShouldBe(1);
        Harness.Log.StepsOf(order.OrderId).ShouldContain(CompensationStepNames.DeadLettered);
    }

    [Fact]
    public async Task Should_be_archived_when_nothing_helps_and_come_back_by_hand()
    {
        var order = await PreparedAndStuckAsync();
        await UseUpAttemptsAsync(order.OrderId);
        var letter = Harness.Kafka.DeadLetters.Single();
        await Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);

        var archived = (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId))).ShouldNotBeNull();
        archived.State.ShouldBe(TransactionStates.Prepared);
        archived.Attempts.ShouldBe(3);
        archived.DeadLetterAttempts.ShouldBe(2);
        archived.AmountCents.ShouldBe(1999);
        archived.History.Select(x => x.Stage).ShouldBe(["transaction", "compensation", "compensation", "compensation", "dead_letter", "dead_letter"]);
        (await Harness.TransactionAsync(order.OrderId))!.Value.Error.ShouldNotBeNull().ShouldStartWith("archived: ");
        (await Harness.Store.FindAsync(order.OrderId))!.Status.ShouldBe(CompensationStatus.Archived);
        Harness.Alerts.All.Count(x => x.Kind == AlertKinds.DeadLetterFailed).ShouldBe(2);
        Harness.Alerts.All.Last().Kind.ShouldBe(AlertKinds.OrderArchived);
        Harness.Alerts.All.Last().Severity.ShouldBe(AlertSeverity.Urgent);

        // The record may be read again: after a crash before its offset was stored.
        await Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);
        Harness.Alerts.All.Count(x => x.Kind == AlertKinds.OrderArchived).ShouldBe(1);

        var failed = await Harness.ReprocessAsync(order.OrderId);
        failed.Outcome.ShouldBe(ReprocessOutcomes.Failed);
        failed.Error.ShouldNotBeNull().ShouldContain("WRONGTYPE");

        Harness.Stock.Failure = null;
        var settled = await Harness.ReprocessAsync(order.OrderId);
        settled.Outcome.ShouldBe(ReprocessOutcomes.Settled);
        settled.State.ShouldBe(TransactionStates.Committed);
        var handling = (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId)))!.Handling.ShouldNotBeNull();
        (handling.By, handling.Note, handling.Outcome).ShouldBe(("olga", "again", TransactionStates.Committed));
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
        (await Harness.ReprocessAsync(order.OrderId)).Outcome.ShouldBe(ReprocessOutcomes.AlreadyHandled);
        (await Harness.ReprocessAsync(Guid.NewGuid())).Outcome.ShouldBe(ReprocessOutcomes.Unknown);
    }

    [Fact]
    public async Task Should_note_the_archive_of_an_order_whose_dead_letter_is_noted_meanwhile()
    {
        await Harness.WriteSettingsAsync(new CompensationSettings { MaxRetries = 1, RetryDelaySeconds = [7], DeadLetterMaxRetries = 0 });
        await Harness.RefreshSettingsAsync();
        Harness.Kafka.FastReader = letter => Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);
        Harness.Archive.WhileAdding = async added => (await Harness.Store.MoveAsync(
            added.OrderId!.Value, CompensationStatus.Exhausted, CompensationStatus.DeadLetter, Harness.Clock.GetUtcNow())).ShouldBeTrue();

        var order = await Harness.FailOrderAsync(Broken);
        await Harness.AttemptAsync(order.OrderId);

        (await Harness.Store.FindAsync(order.OrderId))!.Status.ShouldBe(CompensationStatus.Archived);
        Harness.Log.StepsOf(order.OrderId).ShouldContain(CompensationStepNames.Archived);
    }

    [Fact]
    public async Task Should_process_an_order_that_was_only_marked_while_it_is_not_at_an_end()
    {
        var order = await PreparedAndStuckAsync();
        await UseUpAttemptsAsync(order.OrderId);
        await Harness.DeadLetters.HandleAsync(Harness.Kafka.DeadLetters.Single(), CancellationToken.None);
        var marked = new Handling("heinz", DateTimeOffset.UnixEpoch, "told the buyer");
        await Harness.Archive.MarkHandledAsync(FailedOrder.IdOf(order.OrderId), marked);
        Harness.Stock.Failure = null;

        var settled = await Harness.ReprocessAsync(order.OrderId);

        (settled.Outcome, settled.State).ShouldBe((ReprocessOutcomes.Settled, TransactionStates.Committed));
        (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId)))!.Handling.ShouldBe(marked);
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
        (await Harness.ReprocessAsync(order.OrderId)).Outcome.ShouldBe(ReprocessOutcomes.AlreadyHandled);
    }

    [Fact]
    public async Task Should_stay_in_the_dead_letter_topic_while_the_archive_is_down()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await UseUpAttemptsAsync(order.OrderId);
        var letter = Harness.Kafka.DeadLetters.Single();
        Harness.Archive.IsDown = true;

        await Should.ThrowAsync<ArchiveUnavailableException>(() => Harness.DeadLetters.HandleAsync(letter, CancellationToken.None));
        await Should.ThrowAsync<ArchiveUnavailableException>(() => Harness.DeadLetters.HandleAsync(letter, CancellationToken.None));

        (await Harness.Store.FindAsync(order.OrderId))!.DeadLetterAttempts.ShouldBe(2);
        Harness.Alerts.All.ShouldContain(x => x.Kind == AlertKinds.ArchiveDown && x.Severity == AlertSeverity.Urgent);
        Harness.Archive.IsDown = false;
        await Harness.DeadLetters.HandleAsync(letter, CancellationToken.None);
        (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId))).ShouldNotBeNull();
    }

    [Fact]
    public async Task Should_make_each_attempt_once_however_often_its_message_comes()
    {
        var order = await Harness.FailOrderAsync(Broken);
        var first = new AttemptCompensation { OrderId = order.OrderId, Attempt = 1 };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Harness.Process.AttemptAsync(first, CancellationToken.None)));
        await Harness.Process.AttemptAsync(first, CancellationToken.None);
        await Harness.Process.AttemptAsync(first with { Attempt = 3 }, CancellationToken.None);

        (await Harness.Store.FindAsync(order.OrderId))!.Attempts.ShouldBe(1);
        Harness.Log.StepsOf(order.OrderId).Count(x => x == CompensationStepNames.AttemptFailed).ShouldBe(1);
    }

    [Fact]
    public async Task Should_take_an_order_in_once()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await Harness.AttemptAsync(order.OrderId);

        await Harness.Process.BeginAsync(Harness.Kafka.Orders.Single(), CancellationToken.None);

        (await Harness.Store.FindAsync(order.OrderId))!.Attempts.ShouldBe(1);
        Harness.Log.StepsOf(order.OrderId).Count(x => x == CompensationStepNames.HandedOver).ShouldBe(1);
    }

    [Fact]
    public async Task Should_repeat_an_attempt_whose_worker_died_and_no_sooner()
    {
        var order = await Harness.FailOrderAsync(Broken);
        var now = Harness.Clock.GetUtcNow();
        var lease = TimeSpan.FromSeconds(60);
        (await Harness.Store.TryStartAsync(order.OrderId, 1, now, lease)).ShouldBeTrue();

        (await Harness.Store.TryStartAsync(order.OrderId, 1, now.AddSeconds(59), lease)).ShouldBeFalse();
        (await Harness.Store.TryStartAsync(order.OrderId, 1, now.AddSeconds(61), lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_find_an_attempt_whose_message_was_lost()
    {
        var order = await Harness.FailOrderAsync(Broken);
        var due = Harness.Clock.GetUtcNow().AddSeconds(11);
        await Harness.Store.MarkSentAsync([order.OrderId], due);

        (await Harness.Sweep.RunAsync(due.AddSeconds(30))).ShouldBe(0);
        (await Harness.Sweep.RunAsync(due.AddSeconds(61))).ShouldBe(1);
    }

    [Fact]
    public async Task Should_bring_to_the_dead_letter_topic_what_a_dead_worker_left_on_the_way()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await ExhaustAsync(order);

        await Harness.Sweep.RunAsync(Harness.Clock.GetUtcNow().AddSeconds(6));

        Harness.Kafka.DeadLetters.ShouldHaveSingleItem().Request.ShouldBe(order);
        (await Harness.Store.FindAsync(order.OrderId))!.Status.ShouldBe(CompensationStatus.DeadLetter);
    }

    [Fact]
    public async Task Should_send_dead_letters_while_the_broker_of_the_attempts_is_away()
    {
        await Harness.FailOrderAsync(Broken);
        var exhausted = await Harness.FailOrderAsync(Broken);
        await ExhaustAsync(exhausted);
        var sweep = Harness.SweepWith(ArmedFaults.At(KnownPoints.BeforeSweepSend, "throw", []));

        await Should.ThrowAsync<InjectedFaultException>(() => sweep.RunAsync(Harness.Clock.GetUtcNow().AddSeconds(20)));

        Harness.Kafka.DeadLetters.ShouldHaveSingleItem().Request.ShouldBe(exhausted);
    }

    [Fact]
    public async Task Should_send_a_dead_letter_again_that_Kafka_lost()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await UseUpAttemptsAsync(order.OrderId);
        var now = Harness.Clock.GetUtcNow();

        await Harness.Sweep.RunAsync(now.AddMinutes(59));
        Harness.Kafka.DeadLetters.Count.ShouldBe(1);
        await Harness.Sweep.RunAsync(now.AddMinutes(61));

        Harness.Kafka.DeadLetters.Select(x => x.Request.OrderId).ShouldBe([order.OrderId, order.OrderId]);
        Harness.Alerts.All.Count(x => x.Kind == AlertKinds.OrderDeadLettered).ShouldBe(1);
    }

    [Fact]
    public async Task Should_follow_settings_that_change_on_the_way()
    {
        var order = await Harness.FailOrderAsync(Broken);
        await Harness.WriteSettingsAsync(new CompensationSettings { MaxRetries = 2, RetryDelaySeconds = [7], DeadLetterMaxRetries = 0 });
        await Harness.RefreshSettingsAsync();

        var before = Harness.Clock.GetUtcNow();
        await Harness.AttemptAsync(order.OrderId);
        var after = Harness.Clock.GetUtcNow();
        (await Harness.Store.FindAsync(order.OrderId))!.NextAttemptAt!.Value.ShouldBeInRange(before.AddSeconds(7), after.AddSeconds(7));
        await Harness.AttemptAsync(order.OrderId);
        await Harness.DeadLetters.HandleAsync(Harness.Kafka.DeadLetters.Single(), CancellationToken.None);

        (await Harness.Archive.FindAsync(FailedOrder.IdOf(order.OrderId))).ShouldNotBeNull().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Should_send_overdue_attempts_oldest_first_and_no_more_than_the_rate()
    {
        await Harness.WriteSettingsAsync(new CompensationSettings { MaxPerSecond = 2 });
        await Harness.RefreshSettingsAsync();
        var now = Harness.Clock.GetUtcNow();
        var orders = new List<Guid>();
        for (var i = 0; i < 13; i++)
        {
            var request = LedgerFixture.NewRequest(activityId: 1);
            orders.Add(request.OrderId);
            (await Harness.Store.OpenAsync(new CompensationRecord
            {
                Status = CompensationStatus.Retrying,
                NextAttemptAt = now.AddSeconds(-i),
                Source = "test",
                Cause = "other",
                LastError = "x",
                Request = request,
                FirstFailedAt = now,
            })).ShouldBeTrue();
        }

        orders.Reverse();
        (await Harness.Store.DueAsync(now, now.AddMinutes(-1), 100)).Select(x => x.OrderId).ShouldBe(orders);
        // Two a second, and a sweep every five seconds.
        (await Harness.Sweep.RunAsync(now)).ShouldBe(10);
        (await Harness.Sweep.RunAsync(now)).ShouldBe(3);
        (await Harness.Sweep.RunAsync(now)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_roll_back_what_is_past_its_time_out()
    {
        var order = await PreparedAndStuckAsync();
        await Fixture.MakeDueAsync(order.OrderId);
        Harness.Stock.Failure = null;

        await Harness.AttemptAsync(order.OrderId);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.RolledBack);
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0x00, 0x41 })]
    [InlineData("{\"orderId\":\"019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877\",\"buyerId\":null}")]
    public async Task Should_archive_as_it_is_what_cannot_be_read(object value)
    {
        var bytes = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
        await DeadLetterConsumer.HandleUnreadableAsync(Harness.DeadLetters, Unreadable(bytes), CancellationToken.None);

        var archived = (await Harness.Archive.FindAsync("raw:compensation_dlq:2:77")).ShouldNotBeNull();
        Convert.FromBase64String(archived.Payload).ShouldBe(bytes);
        archived.PayloadIsBase64.ShouldBeTrue();
        archived.Headers["dead-letter-reason"].ShouldBe("坏了");
        archived.Headers["bytes"].ShouldBe(Convert.ToBase64String([0xff]));
        archived.Cause.ShouldBe(FailureCauses.Unreadable);
        Harness.Alerts.All.ShouldHaveSingleItem().Severity.ShouldBe(AlertSeverity.Urgent);
    }

    [Fact]
    public async Task Should_leave_on_its_way_what_the_rider_gave_up_besides()
    {
        var order = await Harness.FailOrderAsync(Broken);

        await DeadLetterConsumer.HandleUnreadableAsync(
            Harness.DeadLetters, Unreadable(JsonSerializer.SerializeToUtf8Bytes(order, JsonSerializerOptions.Web)), CancellationToken.None);

        var row = (await Harness.Store.FindAsync(order.OrderId)).ShouldNotBeNull();
        (row.Status, row.DeadLetterAttempts).ShouldBe((CompensationStatus.Retrying, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_finish_an_order_that_the_rider_gave_up(bool wasHandedOver)
    {
        var order = LedgerFixture.NewRequest(await Fixture.AddActivityAsync(stock: 1));
        object message = wasHandedOver
            ? new CompensateOrder { Request = order, Source = nameof(SeckillRequested), Cause = FailureCauses.Other, Error = "no room", FailedAt = DateTimeOffset.UtcNow }
            : order;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web);

        await DeadLetterConsumer.HandleUnreadableAsync(Harness.DeadLetters, Unreadable(bytes), CancellationToken.None);

        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_add_a_flood_of_records_that_can_not_be_read_all_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(
            x => DeadLetterConsumer.HandleUnreadableAsync(Harness.DeadLetters, Unreadable([0x7b]) with { Offset = x }, CancellationToken.None)));

        (await Harness.Archive.CountAsync(new FailedOrderFilter())).ShouldBe(200);
        Harness.Archive.MostAtOnce.ShouldBeLessThanOrEqualTo(new CompensationOptions().ConcurrentDeadLetters);
    }

    static UnreadableRecord Unreadable(byte[] value) => new()
    {
        Topic = "compensation_dlq",
        Partition = 2,
        Offset = 77,
        Value = value,
        Headers = [KeyValuePair.Create("dead-letter-reason", Encoding.UTF8.GetBytes("坏了")), KeyValuePair.Create("bytes", new byte[] { 0xff })],
        ProducedAt = DateTimeOffset.UtcNow,
        Reason = new JsonException("no"),
    };

    /// <summary>An order that MySQL holds as prepared, and Redis will not commit.</summary>
    async Task<SeckillRequested> PreparedAndStuckAsync()
    {
        var order = LedgerFixture.NewRequest(await Fixture.AddActivityAsync(stock: 5));
        Harness.Stock.CommitFailure = Broken;
        await Harness.SendAsync(QueueNames.OrderTransaction, order);
        Harness.Stock.Failure = Broken;
        Harness.Stock.CommitFailure = null;
        await Harness.Process.BeginAsync(Harness.Kafka.Orders.Single(), CancellationToken.None);
        return order;
    }

    async Task DelayDeadLettersAsync(int retries, int seconds = 60)
    {
        await Harness.WriteSettingsAsync(
            new CompensationSettings { MaxRetries = retries, DeadLetterMaxRetries = 1, DeadLetterDelaySeconds = seconds, Adaptive = false });
        await Harness.RefreshSettingsAsync();
    }

    /// <summary>A dead letter that is not due is read, and not tried.</summary>
    async Task ShouldWaitAsync(CompensationDeadLetter letter)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<OperationCanceledException>(() => Harness.DeadLetters.HandleAsync(letter, stop.Token));
        (await Harness.Store.FindAsync(letter.Request.OrderId))!.DeadLetterAttempts.ShouldBe(0);
    }

    /// <summary>The order's last attempt failed, and its worker, of a version that did not note when the dead-letter consumer tries, died before it sent the dead letter.</summary>
    async Task ExhaustAsync(SeckillRequested order)
    {
        var row = (await Harness.Store.FindAsync(order.OrderId)).ShouldNotBeNull();
        var failure = new CompensationFailure(Harness.Clock.GetUtcNow(), "compensation", 1, "other", "x");
        (await Harness.Store.AttemptFailedAsync(row, failure, CompensationStatus.Exhausted, null)).ShouldBeTrue();
    }

    async Task UseUpAttemptsAsync(Guid orderId)
    {
        for (var i = 0; i < 3; i++)
            await Harness.AttemptAsync(orderId);
    }
}
