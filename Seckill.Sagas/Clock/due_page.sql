-- One page of the transactions in a state that are due, oldest first; the page begins after (@afterExpiresAt, @afterId).
-- Written so that index ix_order_transaction_due is read from the cursor on: a row comparison (a, b) > (x, y) would not be.
SELECT correlation_id AS OrderId, expires_at AS ExpiresAt
FROM order_transaction
WHERE state = @state
  AND expires_at <= @now
  AND expires_at >= @afterExpiresAt
  AND (expires_at > @afterExpiresAt OR correlation_id > @afterId)
  AND (@includeCompensated OR NOT EXISTS (SELECT 1 FROM compensation WHERE order_id = correlation_id))
ORDER BY expires_at, correlation_id
LIMIT @pageSize
