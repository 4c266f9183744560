using System.Globalization;
using System.Text.Json;

namespace Seckill.TestSupport;

/// <summary>A private <c>prometheus</c> on a free port, with a configuration of the test's own.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    readonly string _folder = ServerProcess.NewFolder("prometheus");
    readonly HttpClient _http;
    readonly int _port = FreePort.Next();
    ServerProcess? _process;

    PrometheusServer() => _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")) };

    /// <summary>Where it answers.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>Starts it.</summary>
    /// <param name="configuration">Its configuration, in YAML.</param>
    /// <param name="files">Further files of it, by their paths beside it.</param>
    public static async Task<PrometheusServer> StartAsync(string configuration, IReadOnlyDictionary<string, string>? files = null)
    {
        var server = new PrometheusServer();
        try
        {
            var file = Path.Combine(server._folder, "prometheus.yml");
            await File.WriteAllTextAsync(file, configuration);
            foreach (var (path, text) in files ?? new Dictionary<string, string>())
            {
                var target = Path.Combine(server._folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await File.WriteAllTextAsync(target, text);
            }

            server._process = ServerProcess.Start("prometheus",
            [
                $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(server._folder, "data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{server._port}"), "--log.level=warn", "--enable-feature=exemplar-storage",
            ]);
            await server._process.WaitUntilAsync(server.IsReadyAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The values of the series that a query finds.</summary>
    public async Task<IReadOnlyList<double>> QueryAsync(string query)
    {
        var result = (await GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(query))).GetProperty("result");
        return result.EnumerateArray().Select(x => double.Parse(x.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)).ToList();
    }

    /// <summary>The traces that measurements of a query's series came with in the last minute.</summary>
    public async Task<IReadOnlyList<string>> ExemplarTracesAsync(string query)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var found = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_exemplars?query={Uri.EscapeDataString(query)}&start={now - 60}&end={now + 1}"));
        return found.EnumerateArray().SelectMany(x => x.GetProperty("exemplars").EnumerateArray())
            .Select(x => x.GetProperty("labels").GetProperty("trace_id").GetString()!).ToList();
    }

    /// <summary>Names of the alerts that fire.</summary>
    public async Task<IReadOnlyList<string>> FiringAsync()
        => (await GetAsync("/api/v1/alerts")).GetProperty("alerts").EnumerateArray().Where(x => x.GetProperty("state").GetString() == "firing")
            .Select(x => x.GetProperty("labels").GetProperty("alertname").GetString()!).ToList();

    /// <summary>What went wrong at the last scrape of each target; empty for what went well.</summary>
    public async Task<IReadOnlyList<string>> LastErrorsAsync()
        => (await GetAsync("/api/v1/targets")).GetProperty("activeTargets").EnumerateArray().Select(x => x.GetProperty("lastError").GetString()!).ToList();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { } process)
            await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.GetProperty("data").Clone();
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
