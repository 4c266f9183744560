using System.Collections.Concurrent;
using System.Net;

namespace Seckill.TestSupport;

/// <summary>Stands for an OpenTelemetry collector: takes traces over HTTP with Protobuf on loopback, and keeps their spans. Metrics are taken and thrown away.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    readonly HttpListener _http = new();
    readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    readonly Task _loop;

    OtlpReceiver(int port)
    {
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        _http.Prefixes.Add(Endpoint.ToString());
        _http.Start();
        _loop = RunAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>The settings with which a program sends its spans here, soon after they end.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint.ToString().TrimEnd('/')), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ];

    /// <summary>All spans that came.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>Starts one.</summary>
    public static OtlpReceiver Start() => new(FreePort.Next());

    /// <summary>The spans of a trace, in the order in which they began.</summary>
    public IReadOnlyList<ReceivedSpan> Trace(Guid orderId) => [.. _spans.Where(x => x.TraceId == orderId.ToString("N")).OrderBy(x => x.StartedAt)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Close();
        await _loop.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        while (_http.IsListening)
        {
            try
            {
                var context = await _http.GetContextAsync().ConfigureAwait(false);
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body).ConfigureAwait(false);
                if (context.Request.Url!.AbsolutePath == "/v1/traces")
                {
                    foreach (var span in OtlpSpans.Read(body.ToArray()))
                        _spans.Enqueue(span);
                }

                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Closed, or the sender died in between.
            }
        }
    }
}
