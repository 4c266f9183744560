using Dapper;

using Seckill.Ledger;

namespace Seckill.Payments.Development;

/// <summary>What the development provider writes down, as a payment service would in its own house.</summary>
sealed class DevelopmentPaymentBooks(MySqlDatabase database)
{
    const string Select = """
        SELECT payment_id AS PaymentId, order_id AS OrderId, amount_cents AS AmountCents, attempts AS Attempts, due_at AS DueAt,
               settled_at AS SettledAt
        FROM development_payments
        """;

    /// <summary>Opens the payment of an order, or returns the one that is open already.</summary>
    public async Task<string> OpenAsync(Guid orderId, long amountCents, DateTimeOffset now, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var parameters = new
        {
            paymentId = "dev-" + Guid.CreateVersion7(now).ToString("N"),
            orderId = orderId.ToString("D"),
            amountCents,
            now = now.UtcDateTime,
            dueAt = dueAt?.UtcDateTime,
        };
        await connection.ExecuteAsync("""
            INSERT INTO development_payments (payment_id, order_id, amount_cents, created_at, due_at)
            VALUES (@paymentId, @orderId, @amountCents, @now, @dueAt)
            ON DUPLICATE KEY UPDATE order_id = order_id
            """, parameters).ConfigureAwait(false);
        return await connection.ExecuteScalarAsync<string>("SELECT payment_id FROM development_payments WHERE order_id = @orderId", parameters)
            .ConfigureAwait(false) ?? throw new InvalidOperationException($"The payment of order {orderId} vanished while it was being opened");
    }

    /// <summary>Lets a payment be charged now; false when there is no such payment.</summary>
    public async Task<bool> SettleAsync(string paymentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        // Settling again repeats the callback, as payment services do.
        return await connection.ExecuteAsync("""
            UPDATE development_payments SET due_at = IF(refunded_at IS NULL, @now, NULL) WHERE payment_id = @paymentId
            """, new { paymentId, now = now.UtcDateTime }).ConfigureAwait(false) > 0;
    }

    /// <summary>Takes the payments that are due, so that no other process delivers them before <paramref name="nextAt"/>.</summary>
    public async Task<IReadOnlyList<DevelopmentPayment>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset nextAt, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var due = (await connection.QueryAsync<DevelopmentPayment>($"{Select} WHERE due_at <= @now ORDER BY due_at LIMIT @limit",
            new { now = now.UtcDateTime, limit }).ConfigureAwait(false)).ToList();
        var taken = new List<DevelopmentPayment>(due.Count);
        foreach (var payment in due)
        {
            var rows = await connection.ExecuteAsync("""
                UPDATE development_payments
                SET due_at = @nextAt, attempts = attempts + 1, settled_at = COALESCE(settled_at, @now)
                WHERE payment_id = @PaymentId AND due_at = @DueAt
                """, new { payment.PaymentId, payment.DueAt, now = now.UtcDateTime, nextAt = nextAt.UtcDateTime }).ConfigureAwait(false);
            if (rows > 0)
                taken.Add(payment);
        }

        return taken;
    }

    /// <summary>The callback was taken (<paramref name="nextAt"/> null), or is to be delivered again.</summary>
    public async Task DeliveredAsync(string paymentId, DateTimeOffset now, DateTimeOffset? nextAt, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("""
            UPDATE development_payments SET due_at = @nextAt, delivered_at = IF(@nextAt IS NULL, @now, delivered_at)
            WHERE payment_id = @paymentId AND due_at IS NOT NULL
            """, new { paymentId, now = now.UtcDateTime, nextAt = nextAt?.UtcDateTime }).ConfigureAwait(false);
    }

    /// <summary>Gives a payment back; false when there is no such payment.</summary>
    public async Task<bool> RefundAsync(string paymentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteAsync("""
            UPDATE development_payments SET refunded_at = COALESCE(refunded_at, @now), due_at = NULL WHERE payment_id = @paymentId
            """, new { paymentId, now = now.UtcDateTime }).ConfigureAwait(false) > 0;
    }
}
