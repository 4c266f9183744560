using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.TestSupport;

namespace Seckill.Hosting.Tests;

/// <summary>The browser that tests of pages look through sees what they ask it for.</summary>
public sealed class Chromium_Specs
{
    [Fact]
    public async Task Should_show_a_page_and_note_what_it_asks_for_and_complains_about()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/page", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'nonce-1'; connect-src 'self'";
            return Results.Content(
                """
                <!doctype html><meta name="viewport" content="width=device-width"><title>A page</title><p id="told"></p><script>fetch('/never')</script>
                <script nonce="1">fetch('/token').then(x => x.text()).then(x => document.getElementById('told').textContent = x)</script>
                """, "text/html");
        });
        app.MapGet("/token", (HttpContext context) => context.Request.Headers["X-Token"].ToString());
        await app.StartAsync();
        var page = new Uri(app.Urls.Single() + "/page");

        await using var chromium = await Chromium.StartAsync();
        await using var tab = await chromium.NewPageAsync();
        await tab.SendHeadersAsync(new Dictionary<string, string> { ["X-Token"] = "a secret" });
        await tab.ShowOnAsync(360, 640, dark: true);
        await tab.GoToAsync(page);
        await tab.UntilAsync("document.getElementById('told').textContent === 'a secret'");

        (await tab.TextAsync()).ShouldBe("a secret");
        (await tab.EvaluateAsync<int>("innerWidth")).ShouldBe(360);
        (await tab.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: dark)').matches")).ShouldBeTrue();
        tab.Requests.Select(x => x.AbsolutePath).Where(x => x != "/favicon.ico").ShouldBe(["/page", "/token"]);
        tab.Complaints.ShouldContain(x => x.Contains("Content Security Policy", StringComparison.Ordinal));
        (await tab.ScreenshotAsync())[1..4].ShouldBe("PNG"u8.ToArray());
    }
}
