using System.Diagnostics.Metrics;
using System.Net;

using Seckill.Hosting.Tests.Telemetry;
using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Status;

/// <summary>The page in a browser.</summary>
[Collection(HostCollection.Name)]
public sealed class StatusPage_Specs(StatusPage_Specs.Browser browser) : IClassFixture<StatusPage_Specs.Browser>
{
    const string Token = "0123456789-correct";
    const string Sold = "seckill.transactions.decided";

    static readonly string[] OwnPaths = ["/status", "/status.json"];

    [Fact]
    public async Task Should_show_what_the_process_knows_and_follow_it()
    {
        await using var host = await MetricsHost.StartAsync();
        var decided = host.Meter.CreateCounter<long>(Sold, "{transaction}", "Decisions");
        decided.Add(41, new KeyValuePair<string, object?>("outcome", "committed"));
        host.Meter.CreateObservableGauge("seckill.stock.units", () => Units(("available", 25), ("reserved", 5), ("sold", 70)), "{unit}", "Units");
        host.Meter.CreateObservableGauge("seckill.write_ahead.entries", () => 1234, "{order}", "Entries");
        host.Meter.CreateObservableGauge(
            "seckill.compensation.orders", () => new Measurement<long>(3, new KeyValuePair<string, object?>("state", "dead_letter")), "{order}", "Orders");
        await using var page = await browser.NewPageAsync();
        await page.GoToAsync(Address(host));

        await page.UntilAsync("document.querySelector('#decisions td:nth-child(3)')?.textContent === '41'");
        var text = await page.TextAsync();
        text.ShouldContain("seckill-test");
        text.ShouldContain("Activity 7, SKU 1");
        text.ShouldContain("70 % sold");
        text.ShouldContain("70 sold, 5 reserved, 25 of 100 left");
        text.ShouldContain("1,234");
        text.ShouldContain("dead letters\t3");
        decided.Add(9, new KeyValuePair<string, object?>("outcome", "committed"));
        await page.UntilAsync("document.querySelector('#decisions td:nth-child(3)').textContent === '50'");
        await page.UntilAsync("/^[0-9.]+\\/s$/.test(document.querySelector('#tiles strong').textContent)");

        page.Requests.Where(x => x.Scheme != "data").Select(x => x.AbsolutePath).Distinct().ShouldBe(OwnPaths);
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_say_where_there_is_no_data_and_when_the_process_has_gone()
    {
        var host = await MetricsHost.StartAsync();
        await using var page = await browser.NewPageAsync();
        await page.GoToAsync(Address(host));

        foreach (var part in new[] { "stock", "decisions", "backlogs", "compensation" })
            await page.UntilAsync($"document.getElementById('{part}').textContent === 'No data'");
        (await page.EvaluateAsync<bool>("document.getElementById('trouble').hidden")).ShouldBeTrue();
        await host.DisposeAsync();

        await page.UntilAsync("!document.getElementById('trouble').hidden");
        (await page.TextAsync()).ShouldContain("The process does not answer");
        (await page.TextAsync()).ShouldContain("What is below is of ");
    }

    [Fact]
    public async Task Should_fit_a_phone_and_follow_the_readers_choice_of_light_or_dark()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("seckill.stock.units", () => Units(("available", 1_000_000), ("reserved", 0), ("sold", 1)), "{unit}", "Units");
        await using var page = await browser.NewPageAsync();
        await page.ShowOnAsync(320, 640);
        await page.GoToAsync(Address(host));
        await page.UntilAsync("!document.getElementById('figures').hidden");

        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(320);
        const string Colors = "getComputedStyle(document.body).backgroundColor + ' ' + getComputedStyle(document.body).color";
        var light = await page.EvaluateAsync<string>(Colors);
        await page.ShowOnAsync(320, 640, dark: true);
        (await page.EvaluateAsync<string>(Colors)).ShouldNotBe(light);
        await page.ShowOnAsync(1400, 900, dark: true);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(1400);
    }

    [Fact]
    public async Task Should_ask_for_the_token_of_the_metrics_where_there_is_one()
    {
        await using var host = await MetricsHost.StartAsync(("Telemetry:MetricsToken", Token));
        using (var refused = await host.Client.GetAsync(new Uri("/status.json", UriKind.Relative)))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            refused.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            (await refused.Content.ReadAsStringAsync()).ShouldBeEmpty();
        }

        await using var page = await browser.NewPageAsync();
        await page.GoToAsync(Address(host));
        await page.UntilAsync("!document.getElementById('entrance').hidden");
        (await page.EvaluateAsync<bool>("document.getElementById('figures').hidden")).ShouldBeTrue();
        await EnterAsync("0123456789-mistaken");
        await page.UntilAsync("document.getElementById('trouble').textContent === 'That is not its token.' && !document.getElementById('trouble').hidden");
        await EnterAsync(Token);
        await page.UntilAsync("!document.getElementById('figures').hidden && document.getElementById('entrance').hidden");

        Task EnterAsync(string token) => page.EvaluateAsync<string>(
            $"document.getElementById('token').value = '{token}'; document.querySelector('#entrance button').click(); ''");
    }

    [Fact]
    public async Task Should_let_nothing_else_into_the_page()
    {
        await using var host = await MetricsHost.StartAsync();
        using var response = await host.Client.GetAsync(Address(host));

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        policy.ShouldNotContain("unsafe");
        policy.ShouldContain("frame-ancestors 'none'");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await using var page = await browser.NewPageAsync();
        await page.GoToAsync(Address(host));
        await page.EvaluateAsync<string>("const s = document.createElement('script'); s.textContent = 'window.foreign = 1'; document.body.append(s); ''");
        (await page.EvaluateAsync<bool>("window.foreign === 1")).ShouldBeFalse();
    }

    static Uri Address(MetricsHost host) => new(host.Client.BaseAddress!, "/status");

    static IEnumerable<Measurement<long>> Units(params (string State, long Count)[] units)
        => units.Select(x => new Measurement<long>(x.Count, new("activity", "7"), new("sku", "1"), new("state", x.State)));

    public sealed class Browser : IAsyncLifetime
    {
        Chromium _chromium = null!;

        public async Task InitializeAsync() => _chromium = await Chromium.StartAsync();

        public Task<ChromiumPage> NewPageAsync() => _chromium.NewPageAsync();

        public async Task DisposeAsync() => await _chromium.DisposeAsync();
    }
}
