using Seckill.Contracts;
using Seckill.Ledger.Settings;
using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

public sealed class SettingsStore_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    readonly SettingsStore _store = new(fixture.Database);

    [Fact]
    public async Task Should_keep_what_was_written_last_with_its_author()
    {
        (await _store.FindAsync<CompensationSettings>("a")).ShouldBeNull();
        (await _store.TryWriteAsync("a", new CompensationSettings { RetryDelaySeconds = [1, 2] }, 0, "olga", Now)).ShouldBeTrue();
        (await _store.TryWriteAsync("a", new CompensationSettings { MaxRetries = 7 }, 1, "王", Now)).ShouldBeTrue();

        var setting = (await _store.FindAsync<CompensationSettings>("a")).ShouldNotBeNull();
        setting.Value.MaxRetries.ShouldBe(7);
        setting.Value.RetryDelaySeconds.ShouldBe([10, 30, 60]);
        (setting.Version, setting.UpdatedBy, setting.UpdatedAt).ShouldBe((2, "王", Now));
    }

    [Fact]
    public async Task Should_let_one_of_two_changes_win()
    {
        await _store.TryWriteAsync("b", new CompensationSettings(), 0, "olga", Now);

        var outcomes = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(i => _store.TryWriteAsync("b", new CompensationSettings { MaxRetries = i }, 1, "olga", Now)));

        outcomes.Count(x => x).ShouldBe(1);
        (await _store.TryWriteAsync("b", new CompensationSettings(), 0, "olga", Now)).ShouldBeFalse();
        (await _store.FindAsync<CompensationSettings>("b"))!.Version.ShouldBe(2);
    }
}
