using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>The configuration of Prometheus and Alertmanager, as their own tools see it.</summary>
public sealed class Rules_Specs
{
    public static TheoryData<string> Alerts => [.. AlertRule.ReadAll().Select(x => x.Name)];

    [Theory]
    [InlineData("prometheus.yml")]
    [InlineData("compose/prometheus.yml")]
    public async Task Should_be_a_configuration_that_Prometheus_takes(string file)
        => (await Promtool.RunAsync("check", "config", Path.Combine(AlertRule.Folder, file))).ShouldBeEmpty();

    [Fact]
    public async Task Should_be_rules_that_Prometheus_takes()
        => (await Promtool.RunAsync(["check", "rules", .. AlertRule.Files])).ShouldBeEmpty();

    [Fact]
    public async Task Should_fire_and_clear_as_their_tests_say()
        => (await Promtool.RunAsync(["test", "rules", .. AlertRule.Tests])).ShouldBeEmpty();

    [Fact]
    public async Task Should_be_a_configuration_that_Alertmanager_takes()
        => (await Promtool.CheckAlertmanagerAsync(Path.Combine(Checkout.Root, "deploy", "alertmanager", "alertmanager.yml"))).ShouldBeEmpty();

    [Fact]
    public void Should_watch_every_threshold_of_the_specification()
        => Alerts_Specs.Thresholds.ShouldBeSubsetOf(AlertRule.ReadAll().Select(x => x.Name));

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Should_each_say_how_bad_it_is_what_it_is_and_what_to_do(string name)
    {
        var rule = Rule(name);

        rule["severity"].ShouldBeOneOf("critical", "warning");
        rule["summary"].Length.ShouldBeGreaterThan(20);
        Runbook.ShouldContain($"<a id=\"{rule["runbook"]}\"></a>");
        Runbook.ShouldContain($"`{name}`", customMessage: "the runbook's table of rules has every alert");
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Should_each_have_a_test_in_which_it_fires_and_then_clears(string name)
        => Rule(name).Expectations().ShouldContain(x => x.SkipWhile(fires => !fires).Contains(false), "first firing, then not");

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Should_read_only_metrics_that_there_are(string name)
        => Rule(name).Metrics.Except(DocumentedMetric.ReadAll().Select(x => x.Name)).ShouldBeEmpty();

    static string Runbook => File.ReadAllText(Path.Combine(Checkout.Root, "docs", "runbook.md"));

    static AlertRule Rule(string name) => AlertRule.ReadAll().Single(x => x.Name == name);
}
