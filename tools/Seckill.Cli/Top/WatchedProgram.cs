using System.Globalization;
using System.Net.Http.Headers;

using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Cli.Top;

/// <summary>A program of ours that is asked for its metrics again and again.</summary>
/// <param name="name">Its name: <c>worker-1</c>.</param>
/// <param name="address">Where it serves HTTP.</param>
/// <param name="token">What it wants to be shown, see <c>Telemetry:MetricsToken</c>; empty for nothing.</param>
sealed class WatchedProgram(string name, Uri address, string token)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly ScrapeHistory _history = new();

    /// <summary>Asks it. That it does not answer is an answer.</summary>
    public async Task<ProgramReading> ReadAsync(HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/metrics"));
            if (token.Length > 0)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            using var response = await http.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            if (!response.IsSuccessStatusCode)
                return Failed(string.Create(CultureInfo.InvariantCulture, $"it answers {(int)response.StatusCode}"));

            _history.Add(Scrape.Parse(text, time.GetElapsedTime(0)));
            return new ProgramReading(name, _history.Last, _history.Interval);
        }
        catch (HttpRequestException exception)
        {
            return Failed(exception.InnerException?.Message ?? exception.Message);
        }
        catch (FormatException exception)
        {
            return Failed(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds:0} s"));
        }
    }

    ProgramReading Failed(string why)
    {
        _history.Clear();
        return new ProgramReading(name, null, null, why);
    }
}
