using System.Collections.Concurrent;
using System.Text.Json;

namespace Seckill.TestSupport;

/// <summary>A tab of <see cref="Chromium"/>.</summary>
public sealed class ChromiumPage : IAsyncDisposable
{
    readonly ConcurrentQueue<string> _complaints = new();
    readonly ConcurrentQueue<Uri> _requests = new();
    DevToolsConnection? _devTools;

    ChromiumPage()
    {
    }

    /// <summary>What the page, or the browser on its behalf, complained about: errors in the console, exceptions, what its policy forbids, requests that failed.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>What it asked for, in that order.</summary>
    public IReadOnlyCollection<Uri> Requests => _requests;

    /// <summary>Goes to an address, and waits until the page and all that belongs to it is there.</summary>
    public async Task GoToAsync(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var went = await CallAsync("Page.navigate", new { url = address.ToString() });
        if (went.TryGetProperty("errorText", out var error))
            throw new InvalidOperationException($"{address}: {error.GetString()}");

        await UntilAsync($"location.href === {JsonSerializer.Serialize(address.ToString())} && document.readyState === 'complete'");
    }

    /// <summary>Sends headers with all requests from now on.</summary>
    public Task SendHeadersAsync(IReadOnlyDictionary<string, string> headers) => CallAsync("Network.setExtraHTTPHeaders", new { headers });

    /// <summary>Shows the page on a screen of some size, in the light or dark of its user's choice.</summary>
    public async Task ShowOnAsync(int width, int height, bool dark = false)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 600 });
        await CallAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
    }

    /// <summary>The value of an expression in JavaScript; a promise is awaited.</summary>
    public async Task<T> EvaluateAsync<T>(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        if (answer.TryGetProperty("exceptionDetails", out var exception))
            throw new InvalidOperationException($"{expression}: {exception}");

        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value.Deserialize<T>()! : default!;
    }

    /// <summary>Text of the page as a reader sees it.</summary>
    public Task<string> TextAsync() => EvaluateAsync<string>("document.body.innerText");

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string expression, TimeSpan? patience = null)
    {
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                text = await EvaluateAsync<string>("document.body ? document.body.innerText : ''");
                return await EvaluateAsync<bool>($"!!({expression})");
            },
            () => $"{expression} on a page with: {text}",
            patience);
    }

    /// <summary>A picture of what the screen shows, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => (await CallAsync("Page.captureScreenshot", new { format = "png" })).GetProperty("data").GetBytesFromBase64();

    /// <summary>Calls a method of the DevTools protocol.</summary>
    public Task<JsonElement> CallAsync(string method, object? parameters = null) => _devTools!.CallAsync(method, parameters);

    /// <summary>Leaves the tab open.</summary>
    public ValueTask DisposeAsync() => _devTools!.DisposeAsync();

    internal static async Task<ChromiumPage> ConnectAsync(Uri target)
    {
        var page = new ChromiumPage();
        page._devTools = await DevToolsConnection.OpenAsync(target, page.Take);
        foreach (var domain in new[] { "Page", "Runtime", "Network", "Log" })
            await page.CallAsync(domain + ".enable");
        return page;
    }

    void Take(string name, JsonElement details)
    {
        switch (name)
        {
            case "Runtime.exceptionThrown":
                _complaints.Enqueue(details.GetProperty("exceptionDetails").ToString());
                break;
            case "Runtime.consoleAPICalled" when details.GetProperty("type").GetString() is "error" or "warning" or "assert":
                _complaints.Enqueue(details.GetProperty("args").ToString());
                break;
            case "Log.entryAdded" when details.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                _complaints.Enqueue(details.GetProperty("entry").ToString());
                break;
            case "Network.requestWillBeSent" when Uri.TryCreate(details.GetProperty("request").GetProperty("url").GetString(), UriKind.Absolute, out var address):
                _requests.Enqueue(address);
                break;
        }
    }
}
