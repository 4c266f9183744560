using System.Net.Http.Headers;
using System.Text.Json;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Seckill.Payments.Development;

/// <summary>Charges what is due and delivers the signed callback, again and again until it is answered with success.</summary>
sealed class DevelopmentSettlement(
    DevelopmentPaymentProvider provider, DevelopmentPaymentBooks books, CallbackSignature signature, CallbackAddress address,
    IHttpClientFactory clients, IHostApplicationLifetime lifetime, ILogger<DevelopmentSettlement> logger) : BackgroundService
{
    public const string HttpClientName = "development-payments";

    const int Parallelism = 16;

    /// <summary>Payments of other processes, and of this one before it was restarted, are found by looking.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a delivery can take, so that no other process begins it meanwhile.</summary>
    static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(30);

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken).ConfigureAwait(false))
            return;

        // Each delivery has a place of its own: one that gets no answer keeps no other waiting while there is a place left.
        var deliveries = new List<Task>(Parallelism);
        while (!stoppingToken.IsCancellationRequested)
        {
            deliveries.RemoveAll(x => x.IsCompleted);
            var moreMayBeDue = await BeginDueAsync(deliveries, stoppingToken).ConfigureAwait(false);
            Task next = deliveries.Count == Parallelism ? Task.WhenAny(deliveries)
                : moreMayBeDue ? Task.CompletedTask
                : provider.WaitForWorkAsync(LookEvery, stoppingToken);
            await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(deliveries).ConfigureAwait(false);
    }

    /// <summary>The own address is known once the server listens.</summary>
    async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true)).ConfigureAwait(false);
        await using var onStop = stoppingToken.Register(() => started.TrySetResult(false)).ConfigureAwait(false);
        return await started.Task.ConfigureAwait(false);
    }

    async Task<bool> BeginDueAsync(List<Task> deliveries, CancellationToken stoppingToken)
    {
        try
        {
            var (taken, moreMayBeDue) = await books.TakeDueAsync(ClaimFor, Parallelism - deliveries.Count, stoppingToken).ConfigureAwait(false);
            deliveries.AddRange(taken.Select(x => DeliverAsync(x, stoppingToken)));
            return moreMayBeDue;
        }
        catch (Exception exception)
        {
            // MySQL's client says in several ways that no answer came in time, and none of them is to end the process.
            if (!stoppingToken.IsCancellationRequested)
                logger.LogWarning(exception, "Payments can't be settled: MySQL does not answer; trying again in {Pause}", LookEvery);
            return false;
        }
    }

    /// <summary>Never throws. What was taken and not delivered is due again when its claim ends.</summary>
    async Task DeliverAsync(DevelopmentPayment payment, CancellationToken stoppingToken)
    {
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new PaymentNotification(payment.PaymentId, payment.OrderId, payment.AmountCents, new DateTimeOffset(payment.SettledAt, TimeSpan.Zero)),
                CallbackJson.Default.PaymentNotification);
            var accepted = await PostAsync(payment, body, stoppingToken).ConfigureAwait(false);
            var pause = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(payment.Attempts, 10)));
            await books.DeliveredAsync(payment.PaymentId, accepted ? null : pause < LongestPause ? pause : LongestPause, stoppingToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (!stoppingToken.IsCancellationRequested)
                logger.LogWarning(exception, "The end of the callback of payment {PaymentId} was not written; it will be repeated", payment.PaymentId);
        }
    }

    async Task<bool> PostAsync(DevelopmentPayment payment, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Callback) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(CallbackSignature.Header, signature.Sign(body));
        try
        {
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                logger.LogWarning("Callback of payment {PaymentId} was answered with {Status}; it will be repeated",
                    payment.PaymentId, (int)response.StatusCode);
            }

            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Callback of payment {PaymentId} could not be delivered; it will be repeated", payment.PaymentId);
            return false;
        }
    }
}
