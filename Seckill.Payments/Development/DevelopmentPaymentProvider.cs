using System.Text.Json;

using Microsoft.Extensions.Options;

namespace Seckill.Payments.Development;

/// <summary>A payment service for development: charges nobody, but keeps books, signs, calls back and repeats itself like a real one.</summary>
public sealed class DevelopmentPaymentProvider : IPaymentProvider, IDisposable
{
    readonly DevelopmentPaymentBooks _books;
    readonly CallbackSignature _signature;
    readonly CallbackAddress _address;
    readonly DevelopmentPaymentOptions _options;
    readonly SemaphoreSlim _wake = new(0, 1);

    internal DevelopmentPaymentProvider(
        DevelopmentPaymentBooks books, CallbackSignature signature, CallbackAddress address, IOptions<PaymentsOptions> options)
    {
        _books = books;
        _signature = signature;
        _address = address;
        _options = options.Value.Development;
    }

    /// <summary>The request header that holds a callback's signature.</summary>
    public const string SignatureHeader = CallbackSignature.Header;

    /// <inheritdoc/>
    public async Task<PaymentSession> CreateAsync(Guid orderId, long amountCents, CancellationToken cancellationToken = default)
    {
        TimeSpan? dueAfter = _options.AutoSettle ? TimeSpan.FromMilliseconds(_options.SettleDelayMilliseconds) : null;
        var paymentId = await _books.OpenAsync(orderId, amountCents, dueAfter, cancellationToken).ConfigureAwait(false);
        Wake();
        return new PaymentSession(paymentId, _address.PayUrl(paymentId));
    }

    /// <summary>Charges a payment now, as if the buyer had paid; repeats repeat the callback. False when there is no such payment.</summary>
    public async Task<bool> SettleAsync(string paymentId, CancellationToken cancellationToken = default)
    {
        var known = await _books.SettleAsync(paymentId, cancellationToken).ConfigureAwait(false);
        Wake();
        return known;
    }

    /// <inheritdoc/>
    public PaymentNotification? ReadCallback(ReadOnlySpan<byte> body, string? signature)
    {
        if (!_signature.IsValid(body, signature))
            return null;

        try
        {
            return JsonSerializer.Deserialize(body, CallbackJson.Default.PaymentNotification);
        }
        catch (JsonException)
        {
            // Signed with our key and not a notification: not one of ours, which is what null says.
            return null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no such payment.</exception>
    public async Task RefundAsync(string paymentId, Guid orderId, long amountCents, CancellationToken cancellationToken = default)
    {
        if (!await _books.RefundAsync(paymentId, cancellationToken).ConfigureAwait(false))
            throw new InvalidOperationException($"Payment '{paymentId}' of order {orderId} can't be refunded: the development provider has no such payment");
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    /// <summary>Waits until a payment may have become due.</summary>
    internal Task<bool> WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);

    void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been woken already and not looked yet.
        }
    }
}
