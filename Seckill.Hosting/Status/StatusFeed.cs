using System.Diagnostics;
using System.Text;

using Seckill.Hosting.Telemetry.Prometheus;
using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Status;

/// <summary>What this process knows, for its status page. Pages that ask at once share an answer, and what it costs to find.</summary>
sealed class StatusFeed(MetricsScrapes scrapes, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Validity = TimeSpan.FromMilliseconds(500);

    readonly SemaphoreSlim _turn = new(1);
    readonly ScrapeHistory _history = new();
    readonly DateTimeOffset _startedAt = new(Process.GetCurrentProcess().StartTime.ToUniversalTime());
    ProcessStatus? _last;

    /// <summary>How things are; null while the process begins or ends.</summary>
    public async Task<ProcessStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = Now();
            if (_last is not null && now - _history.Last!.At < Validity)
                return _last;
            if (await ScrapeAsync().ConfigureAwait(false) is not { } text)
                return null;

            _history.Add(Scrape.Parse(text, Now()));
            return _last = Read(_history.Last!);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    ProcessStatus Read(Scrape scrape)
    {
        var target = scrape["target_info"] is [var info, ..] ? info : null;
        var (service, instance) = (target?["service_name"] ?? "", target?["service_instance_id"] ?? "");
        return new ProcessStatus(
            service, instance, target?["service_version"] ?? "", _startedAt, time.GetUtcNow(),
            StatusReader.Read([new ProgramReading(service, scrape, _history.Interval)]));
    }

    async Task<string?> ScrapeAsync()
    {
        var page = await scrapes.ScrapeAsync(MetricsFormat.Text).ConfigureAwait(false);
        try
        {
            return page.IsComplete ? Encoding.UTF8.GetString(page.Memory.Span) : null;
        }
        finally
        {
            scrapes.Return(page);
        }
    }

    TimeSpan Now() => time.GetElapsedTime(0);
}

/// <summary>What <c>GET /status.json</c> answers.</summary>
/// <param name="Service">The process's name: <c>seckill-workers</c>.</param>
/// <param name="Instance">Host and process id.</param>
/// <param name="Version">The build.</param>
/// <param name="StartedAt">When the process was started.</param>
/// <param name="At">Now, by its clock.</param>
/// <param name="Status">How things are.</param>
sealed record ProcessStatus(string Service, string Instance, string Version, DateTimeOffset StartedAt, DateTimeOffset At, SystemStatus Status);
