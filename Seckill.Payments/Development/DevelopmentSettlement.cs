using System.Net.Http.Headers;
using System.Text.Json;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Seckill.Payments.Development;

/// <summary>Charges what is due and delivers the signed callback, again and again until it is answered with success.</summary>
sealed class DevelopmentSettlement(
    DevelopmentPaymentProvider provider, DevelopmentPaymentBooks books, CallbackSignature signature, CallbackAddress address,
    IHttpClientFactory clients, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<DevelopmentSettlement> logger) : BackgroundService
{
    public const string HttpClientName = "development-payments";

    const int BatchSize = 64;
    const int Parallelism = 8;

    /// <summary>Payments of other processes, and of this one before it was restarted, are found by looking.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a delivery can take, so that no other process begins it meanwhile.</summary>
    static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(30);

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken).ConfigureAwait(false))
            return;

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                bool more;
                do
                    more = await DeliverDueAsync(stoppingToken).ConfigureAwait(false);
                while (more);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // MySQL's client says in several ways that no answer came in time, and none of them is to end the process.
                logger.LogWarning(exception, "Payments can't be settled: MySQL does not answer; trying again in {Pause}", LookEvery);
            }

            try
            {
                await provider.WaitForWorkAsync(LookEvery, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>The own address is known once the server listens.</summary>
    async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true)).ConfigureAwait(false);
        await using var onStop = stoppingToken.Register(() => started.TrySetResult(false)).ConfigureAwait(false);
        return await started.Task.ConfigureAwait(false);
    }

    async Task<bool> DeliverDueAsync(CancellationToken stoppingToken)
    {
        var now = clock.GetUtcNow();
        var due = await books.TakeDueAsync(now, now + ClaimFor, BatchSize, stoppingToken).ConfigureAwait(false);
        try
        {
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = stoppingToken },
                async (payment, cancellationToken) => await DeliverAsync(payment, now, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was taken and not delivered is due again when its claim ends.
            return false;
        }

        return due.Count == BatchSize;
    }

    async Task DeliverAsync(DevelopmentPayment payment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var paidAt = payment.SettledAt is { } settled ? new DateTimeOffset(settled, TimeSpan.Zero) : now;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new PaymentNotification(payment.PaymentId, payment.OrderId, payment.AmountCents, paidAt), CallbackJson.Default.PaymentNotification);
        var accepted = await PostAsync(payment, body, cancellationToken).ConfigureAwait(false);
        var pause = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(payment.Attempts, 10)));
        var delivered = clock.GetUtcNow();
        await books.DeliveredAsync(payment.PaymentId, delivered, accepted ? null : delivered + (pause < LongestPause ? pause : LongestPause),
            cancellationToken).ConfigureAwait(false);
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
