using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Seckill.TestSupport;

/// <summary>A private headless <c>chromium</c> with a profile of its own, driven through DevTools on a port that it chooses itself.</summary>
public sealed class Chromium : IAsyncDisposable
{
    readonly string _profile = ServerProcess.NewFolder("chromium");
    readonly HttpClient _http = new();
    ServerProcess? _process;
    DevToolsConnection? _browser;

    Chromium()
    {
    }

    /// <summary>Starts it.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var chromium = new Chromium();
        try
        {
            // Its sandbox does not work for root, nor in most containers; it shows pages of ours only.
            chromium._process = ServerProcess.Start("chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-port=0",
                $"--user-data-dir={chromium._profile}", "about:blank",
            ]);
            await chromium._process.WaitUntilAsync(chromium.FindAsync);
            return chromium;
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens an empty page in a tab of its own.</summary>
    public async Task<ChromiumPage> NewPageAsync()
    {
        using var response = await _http.PutAsync(new Uri("json/new?about:blank", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
        var tab = await response.Content.ReadFromJsonAsync<JsonElement>();
        return await ChromiumPage.ConnectAsync(new Uri(tab.GetProperty("webSocketDebuggerUrl").GetString()!));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // Asked to close, it ends its children first; killed, it leaves them writing into the profile for a moment.
            if (_browser is not null && !process.HasEnded)
            {
                await _browser.CallAsync("Browser.close");
                await Eventually.HoldsAsync(() => process.HasEnded, "Chromium has closed");
            }

            await process.DisposeAsync();
        }

        if (_browser is not null)
            await _browser.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    /// <summary>It writes the port and its own path into a file of the profile.</summary>
    async Task<bool> FindAsync()
    {
        var file = Path.Combine(_profile, "DevToolsActivePort");
        if (!File.Exists(file) || await File.ReadAllLinesAsync(file) is not [var port, var path])
            return false;

        _http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        _browser = await DevToolsConnection.OpenAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}{path}")));
        return true;
    }
}
