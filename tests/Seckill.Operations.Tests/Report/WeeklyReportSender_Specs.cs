using System.Collections.Concurrent;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts;
using Seckill.Operations.Alerts.Texts;
using Seckill.Operations.Archive;
using Seckill.Operations.Report;
using Seckill.Operations.Tests.Postgres;

namespace Seckill.Operations.Tests.Report;

[Collection(PostgresTests.Name)]
public sealed class WeeklyReportSender_Specs(PostgresFixture postgres) : IAsyncLifetime
{
    readonly Told _told = new();
    TestDatabase _database = null!;
    ReportWeek _week = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(postgres.Server);
        _week = new ReportWeek(_database, new PostgresArchive(_database.Database));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("zh", "成功率", "50 %")]
    [InlineData("en", "Success rate", "50 %")]
    public async Task Should_tell_the_numbers_in_the_language_of_the_alerts(string language, string name, string value)
    {
        _week.Recovered(ReportWeek.At(1), failures: 1);
        await _week.WriteAsync();

        (await Sender(language).SendAsync(ReportWeek.Week)).ShouldBeTrue();

        var alert = _told.All.ShouldHaveSingleItem();
        (alert.Kind, alert.Severity, alert.Key, alert.IsResolved).ShouldBe((AlertKinds.WeeklyReport, AlertSeverity.Warning, "2026-W10", false));
        alert.Facts.ShouldContain(new KeyValuePair<string, string>(name, value));
        alert.Facts.Select(PersonalData.Mask).ShouldBe(alert.Facts);
        new AlertMessages(Options.Create(new AlertsOptions { Language = language })).Compose([new ToldAlert("1", alert, 0)])
            .Markdown.ShouldContain($"- **{name}**: {value}\n");
        (await _database.AskAsync<string>("SELECT report ->> 'successes' FROM weekly_reports WHERE week = '2026-W10'")).ShouldBe("1");
    }

    [Fact]
    public async Task Should_send_each_week_once_however_many_send_it()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Sender().SendAsync(ReportWeek.Week))));
        await Sender().SendAsync(IsoWeek.Parse("2026-W11"));

        sent.Count(x => x).ShouldBe(1);
        _told.All.Select(x => x.Key).ShouldBe(["2026-W10", "2026-W11"]);
    }

    [Fact]
    public async Task Should_not_read_a_week_again_that_was_sent()
    {
        await Sender().SendAsync(ReportWeek.Week);
        using var silent = SilentServer.Start();
        await using var away = silent.AsPostgres();

        // What would be read does not answer.
        (await Sender(reader: new ReportWeek(_database, new PostgresArchive(away)).Reader()).SendAsync(ReportWeek.Week)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_send_it_later_when_it_could_not_be_told()
    {
        _told.Fails = true;
        await Should.ThrowAsync<InvalidOperationException>(() => Sender().SendAsync(ReportWeek.Week));

        _told.Fails = false;
        (await Sender().SendAsync(ReportWeek.Week)).ShouldBeTrue();

        _told.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Report:Weekday", "Noday", "'Weekday' with the error: 'must be Monday, Tuesday,")]
    [InlineData("Report:Weekday", "1", "'Weekday' with the error: 'must be Monday, Tuesday,")]
    [InlineData("Report:Hour", "24", "'Hour' with the error: 'must be an hour (UTC) from 0 to 23")]
    [InlineData("Report:RetryMinutes", "0", "'RetryMinutes' with the error: 'must be from 1 to 1440 minutes")]
    public async Task Should_say_of_a_wrong_setting_what_is_allowed(string key, string value, string message)
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build())
            .AddWeeklyReport().BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<ReportOptions>>().Value).Message.ShouldContain(message);
    }

    WeeklyReportSender Sender(string language = "en", WeeklyReportReader? reader = null) => new(
        _database.Database, reader ?? _week.Reader(), _told, Options.Create(new AlertsOptions { Language = language }), TimeProvider.System,
        NullLogger<WeeklyReportSender>.Instance);

    sealed class Told : IAlerts
    {
        readonly ConcurrentQueue<Alert> _all = [];

        public bool Fails { get; set; }

        public IReadOnlyList<Alert> All => [.. _all];

        public Task RaiseAsync(Alert alert, CancellationToken cancellationToken = default)
        {
            if (Fails)
                throw new InvalidOperationException("Not told");

            _all.Enqueue(alert);
            return Task.CompletedTask;
        }
    }
}
