using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Seckill.Cli.Demo;

/// <summary>The API as a sale needs it before its first order.</summary>
static class SaleApi
{
    static readonly TimeSpan LivePatience = TimeSpan.FromSeconds(120);
    static readonly TimeSpan LivePause = TimeSpan.FromMilliseconds(100);

    /// <summary>Where to connect to.</summary>
    public static async Task<EndPoint> ResolveAsync(Uri api, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        var addresses = await Dns.GetHostAddressesAsync(api.DnsSafeHost, cancellationToken);
        // A server that listens on one family only is common on loopback; IPv4 is the one that is always there.
        var address = addresses.OrderBy(x => x.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        return new IPEndPoint(address, api.Port);
    }

    /// <summary>Returns when the workers' stock keeper has loaded the activities, and the API sees it.</summary>
    /// <exception cref="TimeoutException">It did not within two minutes.</exception>
    public static async Task WaitUntilLiveAsync(Uri api, EndPoint endPoint, IEnumerable<long> activityIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(activityIds);
        using var connection = new HttpConnection(endPoint);
        var watch = Stopwatch.StartNew();
        foreach (var activityId in activityIds)
        {
            var request = Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"GET /api/activities/{activityId} HTTP/1.1\r\nHost: {api.Authority}\r\n\r\n"));
            while (!await IsLiveAsync(connection, request, cancellationToken))
            {
                if (watch.Elapsed > LivePatience)
                {
                    throw new TimeoutException(
                        $"Activity {activityId} has no live stock after {LivePatience.TotalSeconds} s: do the API and a worker run, and do they reach Redis and MySQL?");
                }

                await Task.Delay(LivePause, cancellationToken);
            }
        }
    }

    static async Task<bool> IsLiveAsync(HttpConnection connection, byte[] request, CancellationToken cancellationToken)
    {
        HttpAnswer answer;
        try
        {
            answer = await connection.SendAsync(request, cancellationToken);
        }
        catch (IOException)
        {
            return false;
        }

        if (answer.Status != 200)
            return false;

        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.GetProperty("skus").EnumerateArray()
            .All(x => x.TryGetProperty("available", out var available) && available.ValueKind == JsonValueKind.Number);
    }
}
