using System.Net;
using System.Text.Json;

using Seckill.Contracts;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Transactions;

[Collection(ApiCollection.Name)]
public sealed class TimelinePage_Specs(ApiServers servers)
{
    const string Hostile = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";

    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_show_an_order_to_an_operator_and_run_nothing_that_it_reads()
    {
        var id = await _api.AddTransactionAsync("Prepared", retries: 2, error: Hostile);
        await using var chromium = await Chromium.StartAsync();
        await using var tab = await chromium.NewPageAsync();
        await tab.GoToAsync(PageOf(id.ToString("D")));
        (await tab.EvaluateAsync<bool>("document.getElementById('story').hidden")).ShouldBeTrue();

        await AskAsync(tab, _api.Token("alice", Roles.Buyer));
        await tab.UntilAsync("document.getElementById('problem').textContent.startsWith('403')");

        await AskAsync(tab, _api.Token("olga", Roles.Operator));
        await tab.UntilAsync("!document.getElementById('story').hidden");

        var text = await tab.TextAsync();
        text.ShouldContain(id.ToString("D"));
        text.ShouldContain(OrderTrace.NameOf(id));
        text.ShouldContain("Prepared");
        text.ShouldContain(Hostile);
        (await tab.EvaluateAsync<string>("document.title")).ShouldBe($"Order {id:D}");
        (await tab.EvaluateAsync<int>("document.images.length + document.scripts.length")).ShouldBe(1);
        (await tab.EvaluateAsync<string>("document.getElementById('token').value + localStorage.length + sessionStorage.length + document.cookie")).ShouldBe("00");
        tab.Complaints.ShouldNotContain(x => x.Contains("Content Security Policy", StringComparison.Ordinal));
        tab.Requests.ShouldAllBe(x => x.Host == _api.Client.BaseAddress!.Host);
    }

    [Fact]
    public async Task Should_draw_each_step_with_its_time_and_its_batch()
    {
        var id = await _api.AddTransactionAsync("Committed");
        await LogAsync(id, "prepared", after: 20, took: 20);
        await LogAsync(id, "committed", after: 50, took: 30);
        await using var chromium = await Chromium.StartAsync();
        await using var tab = await chromium.NewPageAsync();
        await tab.GoToAsync(PageOf(id.ToString("D")));
        await AskAsync(tab, _api.Token("olga", Roles.Operator));
        await tab.UntilAsync("document.querySelectorAll('#steps tr').length === 3");

        var rows = await tab.EvaluateAsync<string[][]>(
            "[...document.querySelectorAll('#steps tr')].map(row => [2, 3, 5, 6].map(i => row.cells[i].textContent).concat(row.querySelector('.bar').style.width))");

        rows[0][..3].ShouldBe(["", "begun", "worker-1"]);
        rows[1][..3].ShouldBe(["20.0 ms", "prepared", "worker-1"]);
        rows[2][..4].ShouldBe(["30.0 ms", "committed", "worker-1", "one of 1 in its group commit"]);
        rows[2][4].ShouldBe("58.8%");
    }

    [Theory]
    [InlineData("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877")]
    [InlineData("%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    public async Task Should_say_nothing_of_any_order_by_itself(string order)
    {
        using var answer = await _api.Client.GetAsync(PageOf(order));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldNotContain(Uri.UnescapeDataString(order));
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'sha256-");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    Task LogAsync(Guid id, string step, int after, int? took) => _api.ExecuteAsync(
        """
        INSERT INTO transaction_log (correlation_id, step, detail, actor, occurred_at, duration_us)
        VALUES (@id, @step, NULL, 'worker-1', TIMESTAMPADD(MICROSECOND, @after * 1000, '2026-01-01 10:00:00'), @took * 1000)
        """, new { id = id.ToString("D"), step, after, took });

    Uri PageOf(string order) => new(_api.Client.BaseAddress!, $"/transactions/{order}/timeline");

    static Task<bool> AskAsync(ChromiumPage tab, string token) => tab.EvaluateAsync<bool>(
        $"(() => {{ document.getElementById('token').value = {JsonSerializer.Serialize(token)}; document.querySelector('#ask button').click(); return true; }})()");
}
