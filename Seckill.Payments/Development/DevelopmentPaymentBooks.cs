using Dapper;

using Seckill.Ledger;

namespace Seckill.Payments.Development;

/// <summary>
/// What the development provider writes down, as a payment service would in its own house. Times are by the clock of the database, the only
/// one that all processes share: what one whose clock is ahead has opened is due no later than what another has.
/// </summary>
sealed class DevelopmentPaymentBooks(MySqlDatabase database)
{
    const string Select = """
        SELECT payment_id AS PaymentId, order_id AS OrderId, amount_cents AS AmountCents, attempts AS Attempts, due_at AS DueAt,
               COALESCE(settled_at, UTC_TIMESTAMP(6)) AS SettledAt
        FROM development_payments
        """;

    /// <summary>Opens the payment of an order, to be charged after a while or, without one, by hand; or returns the one that is open already.</summary>
    public async Task<string> OpenAsync(Guid orderId, long amountCents, TimeSpan? dueAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var parameters = new
        {
            paymentId = "dev-" + Guid.CreateVersion7().ToString("N"),
            orderId = orderId.ToString("D"),
            amountCents,
            dueAfter = (long?)dueAfter?.TotalMicroseconds,
        };
        await connection.ExecuteAsync("""
            INSERT INTO development_payments (payment_id, order_id, amount_cents, created_at, due_at)
            VALUES (@paymentId, @orderId, @amountCents, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL @dueAfter MICROSECOND)
            ON DUPLICATE KEY UPDATE order_id = order_id
            """, parameters).ConfigureAwait(false);
        return await connection.ExecuteScalarAsync<string>("SELECT payment_id FROM development_payments WHERE order_id = @orderId", parameters)
            .ConfigureAwait(false) ?? throw new InvalidOperationException($"The payment of order {orderId} vanished while it was being opened");
    }

    /// <summary>Lets a payment be charged now; false when there is no such payment.</summary>
    public async Task<bool> SettleAsync(string paymentId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        // Settling again repeats the callback, as payment services do.
        return await connection.ExecuteAsync("""
            UPDATE development_payments SET due_at = IF(refunded_at IS NULL, UTC_TIMESTAMP(6), NULL) WHERE payment_id = @paymentId
            """, new { paymentId }).ConfigureAwait(false) > 0;
    }

    /// <summary>
    /// Takes payments that are due, so that no other process delivers them for the time of <paramref name="claim"/>; and says whether more may be due:
    /// of as many as were asked for, others may have taken some.
    /// </summary>
    public async Task<(IReadOnlyList<DevelopmentPayment> Taken, bool MoreMayBeDue)> TakeDueAsync(TimeSpan claim, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var due = (await connection.QueryAsync<DevelopmentPayment>($"{Select} WHERE due_at <= UTC_TIMESTAMP(6) ORDER BY due_at LIMIT @limit", new { limit }).ConfigureAwait(false)).ToList();
        var taken = new List<DevelopmentPayment>(due.Count);
        foreach (var payment in due)
        {
            var rows = await connection.ExecuteAsync("""
                UPDATE development_payments
                SET due_at = UTC_TIMESTAMP(6) + INTERVAL @claim MICROSECOND, attempts = attempts + 1, settled_at = @SettledAt
                WHERE payment_id = @PaymentId AND due_at = @DueAt
                """, new { payment.PaymentId, payment.DueAt, payment.SettledAt, claim = (long)claim.TotalMicroseconds }).ConfigureAwait(false);
            if (rows > 0)
                taken.Add(payment);
        }

        return (taken, due.Count == limit);
    }

    /// <summary>The callback was taken (<paramref name="againAfter"/> null), or is to be delivered again.</summary>
    public async Task DeliveredAsync(string paymentId, TimeSpan? againAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("""
            UPDATE development_payments
            SET due_at = UTC_TIMESTAMP(6) + INTERVAL @againAfter MICROSECOND,
                delivered_at = IF(@againAfter IS NULL, UTC_TIMESTAMP(6), delivered_at)
            WHERE payment_id = @paymentId AND due_at IS NOT NULL
            """, new { paymentId, againAfter = (long?)againAfter?.TotalMicroseconds }).ConfigureAwait(false);
    }

    /// <summary>Gives a payment back; false when there is no such payment.</summary>
    public async Task<bool> RefundAsync(string paymentId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteAsync("""
            UPDATE development_payments SET refunded_at = COALESCE(refunded_at, UTC_TIMESTAMP(6)), due_at = NULL WHERE payment_id = @paymentId
            """, new { paymentId }).ConfigureAwait(false) > 0;
    }
}
