using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Ledger.Settings;
using Seckill.Sagas.Compensation;

namespace Seckill.Sagas.Tests.Compensation;

public sealed class RetryDelays_Specs
{
    readonly MovableClock _clock = new(standsAt: new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    public void Should_wait_as_the_settings_say(int attempt, int seconds)
        => (Delays().DueAt(attempt) - _clock.GetUtcNow())!.Value.TotalSeconds.ShouldBe(seconds);

    [Fact]
    public void Should_end_after_the_last_attempt()
    {
        Delays().DueAt(4).ShouldBeNull();
        Delays(new ConfiguredCompensation { MaxRetries = 0 }).DueAt(1).ShouldBeNull();
        Delays().DeadLetterDueAt(3).ShouldBeNull();
    }

    [Fact]
    public void Should_repeat_the_last_delay_when_there_are_more_attempts_than_delays()
        => (Delays(new ConfiguredCompensation { MaxRetries = 9, RetryDelaySeconds = [2, 4] }).DueAt(9) - _clock.GetUtcNow())!.Value.TotalSeconds
            .ShouldBe(4);

    [Fact]
    public void Should_stretch_while_most_attempts_fail_and_relax_when_that_is_long_ago()
    {
        var delays = Delays();
        for (var i = 0; i < 20; i++)
            delays.Note(failed: true);

        delays.Factor.ShouldBe(4);
        (delays.DueAt(1) - _clock.GetUtcNow())!.Value.TotalSeconds.ShouldBeInRange(40, 48);
        for (var i = 0; i < 20; i++)
            delays.Note(failed: false);
        delays.Factor.ShouldBe(1);

        for (var i = 0; i < 60; i++)
            delays.Note(failed: true);
        delays.Factor.ShouldBe(1 + (0.6 * 3), 0.001);
        _clock.Advance(RetryDelays.Window + TimeSpan.FromSeconds(1));
        delays.Factor.ShouldBe(1);
    }

    [Fact]
    public void Should_not_judge_by_a_few_attempts_nor_when_told_not_to()
    {
        var (few, fixedDelays) = (Delays(), Delays(new ConfiguredCompensation { Adaptive = false }));
        for (var i = 0; i < 9; i++)
            few.Note(failed: true);
        for (var i = 0; i < 50; i++)
            fixedDelays.Note(failed: true);

        few.Factor.ShouldBe(1);
        fixedDelays.Factor.ShouldBe(1);
    }

    [Fact]
    public void Should_spread_attempts_that_failed_together()
    {
        var delays = Delays();
        for (var i = 0; i < 20; i++)
            delays.Note(failed: true);

        Enumerable.Range(0, 50).Select(_ => delays.DueAt(1)!.Value.ToUnixTimeMilliseconds() / 100).Distinct().Count().ShouldBeGreaterThan(10);
    }

    RetryDelays Delays(ConfiguredCompensation? options = null)
    {
        // Never read from MySQL here: what is configured holds.
        var store = new SettingsStore(new MySqlDatabase(Options.Create(new MySqlOptions())));
        return new RetryDelays(
            new CurrentSettings(
                store, Options.Create(options ?? new ConfiguredCompensation()), Options.Create(new CompensationOptions()), _clock,
                NullLogger<CurrentSettings>.Instance),
            _clock);
    }
}

public sealed class CompensationSettings_Specs
{
    [Fact]
    public void Should_be_valid_by_default() => new CompensationSettings().Validate().ShouldBeEmpty();

    public static TheoryData<CompensationSettings, string> Wrong => new()
    {
        { new() { MaxRetries = -1 }, "maxRetries" },
        { new() { MaxRetries = 21 }, "maxRetries" },
        { new() { RetryDelaySeconds = [] }, "retryDelaySeconds" },
        { new() { RetryDelaySeconds = null! }, "retryDelaySeconds" },
        { new() { RetryDelaySeconds = [10, 0] }, "retryDelaySeconds" },
        { new() { RetryDelaySeconds = [86_401] }, "retryDelaySeconds" },
        { new() { DeadLetterMaxRetries = -1 }, "deadLetterMaxRetries" },
        { new() { DeadLetterDelaySeconds = -1 }, "deadLetterDelaySeconds" },
        { new() { AdaptiveMaxFactor = 0.5 }, "adaptiveMaxFactor" },
        { new() { AdaptiveMaxFactor = double.NaN }, "adaptiveMaxFactor" },
        { new() { MaxPerSecond = 0 }, "maxPerSecond" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Should_name_what_is_wrong(CompensationSettings settings, string field)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (name, message) = settings.Validate().ShouldHaveSingleItem();
        name.ShouldBe(field);
        message.ShouldStartWith("must be ");
    }
}
