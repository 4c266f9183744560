using Seckill.Contracts;
using Seckill.Ledger.Compensation;
using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>Of several workers, or of a message and its repeat, one has an effect: each write of the table alone.</summary>
public sealed class CompensationStore_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    readonly CompensationStore _store = new(fixture.Database);

    [Fact]
    public async Task Should_count_each_failure_once()
    {
        var record = await OpenedAsync(CompensationStatus.Retrying);

        (await _store.AttemptFailedAsync(record, Failure(1), CompensationStatus.Retrying, Now.AddSeconds(30))).ShouldBeTrue();
        (await _store.AttemptFailedAsync(record, Failure(1), CompensationStatus.Retrying, Now.AddSeconds(60))).ShouldBeFalse();

        var stored = (await _store.FindAsync(record.OrderId))!;
        (stored.Attempts, stored.NextAttemptAt, stored.History.Count).ShouldBe((1, Now.AddSeconds(30), 1));
    }

    [Fact]
    public async Task Should_count_each_failure_of_a_dead_letter_once()
    {
        var record = await OpenedAsync(CompensationStatus.DeadLetter);

        (await _store.DeadLetterFailedAsync(record, Failure(1), Now.AddSeconds(5))).ShouldBeTrue();
        (await _store.DeadLetterFailedAsync(record, Failure(1), Now.AddSeconds(9))).ShouldBeFalse();

        var stored = (await _store.FindAsync(record.OrderId))!;
        (stored.DeadLetterAttempts, stored.NextAttemptAt, stored.History.Count).ShouldBe((1, Now.AddSeconds(5), 1));
    }

    [Fact]
    public async Task Should_leave_archived_what_is_archived()
    {
        var record = await OpenedAsync(CompensationStatus.Archived);

        (await _store.DeadLetterFailedAsync(record, Failure(1), Now.AddSeconds(5))).ShouldBeFalse();

        (await _store.FindAsync(record.OrderId))!.Status.ShouldBe(CompensationStatus.Archived);
    }

    [Fact]
    public async Task Should_move_an_order_from_the_status_that_it_has_only()
    {
        var record = await OpenedAsync(CompensationStatus.Archived);

        (await _store.MoveAsync(record.OrderId, CompensationStatus.Exhausted, CompensationStatus.DeadLetter, Now)).ShouldBeFalse();

        (await _store.FindAsync(record.OrderId))!.Status.ShouldBe(CompensationStatus.Archived);
    }

    [Theory]
    [InlineData(CompensationStatus.Exhausted, true)]
    [InlineData(CompensationStatus.DeadLetter, true)]
    [InlineData(CompensationStatus.Retrying, false)]
    [InlineData(CompensationStatus.Archived, false)]
    public async Task Should_note_once_that_an_order_is_in_the_archive(string status, bool noted)
    {
        var record = await OpenedAsync(status);

        (await _store.ArchivedAsync(record.OrderId, Now)).ShouldBe(noted);

        (await _store.FindAsync(record.OrderId))!.Status.ShouldBe(noted ? CompensationStatus.Archived : status);
    }

    [Fact]
    public async Task Should_start_the_next_attempt_once_within_its_lease()
    {
        var (record, lease) = (await OpenedAsync(CompensationStatus.Retrying), TimeSpan.FromMinutes(1));

        (await _store.TryStartAsync(record.OrderId, 3, Now, lease)).ShouldBeFalse();
        (await _store.TryStartAsync(record.OrderId, 1, Now, lease)).ShouldBeTrue();
        (await _store.TryStartAsync(record.OrderId, 1, Now.AddSeconds(59), lease)).ShouldBeFalse();
        (await _store.TryStartAsync(record.OrderId, 1, Now.AddSeconds(60), lease)).ShouldBeTrue();
    }

    async Task<CompensationRecord> OpenedAsync(string status)
    {
        var record = new CompensationRecord
        {
            Status = status,
            Source = "test",
            Cause = "redis",
            LastError = "it broke",
            Request = LedgerFixture.NewRequest(1),
            FirstFailedAt = Now,
        };
        (await _store.OpenAsync(record)).ShouldBeTrue();
        return record;
    }

    static CompensationFailure Failure(int number) => new(Now, "compensation", number, "redis", "it broke again");
}
