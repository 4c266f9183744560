using System.Globalization;

namespace Seckill.TestSupport;

/// <summary>A private <c>prometheus-alertmanager</c> on a free port, with a configuration of the test's own.</summary>
public sealed class AlertmanagerServer : IAsyncDisposable
{
    readonly string _folder = ServerProcess.NewFolder("alertmanager");
    readonly int _port = FreePort.Next();
    ServerProcess? _process;

    AlertmanagerServer()
    {
    }

    /// <summary>Host and port.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>Starts it.</summary>
    /// <param name="configuration">Its configuration, in YAML.</param>
    /// <param name="webhookToken">Content of the file <c>webhook-token</c> beside it.</param>
    public static async Task<AlertmanagerServer> StartAsync(string configuration, string webhookToken)
    {
        var server = new AlertmanagerServer();
        try
        {
            var file = Path.Combine(server._folder, "alertmanager.yml");
            await File.WriteAllTextAsync(file, configuration);
            await File.WriteAllTextAsync(Path.Combine(server._folder, "webhook-token"), webhookToken);
            server._process = ServerProcess.Start("prometheus-alertmanager",
            [
                $"--config.file={file}", $"--storage.path={Path.Combine(server._folder, "data")}", $"--web.listen-address={server.Address}",
                "--cluster.listen-address=", "--log.level=warn",
            ]);
            using var http = new HttpClient { BaseAddress = new Uri("http://" + server.Address) };
            await server._process.WaitUntilAsync(async () =>
            {
                try
                {
                    using var response = await http.GetAsync(new Uri("/-/ready", UriKind.Relative));
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
