-- One page of the prepared transactions that are in time and still have not moved since @idleSince, oldest first.
-- Those past their time-out are the suspended scan's, those that failed (last_error) are compensation's, also before it has begun. The page begins after (@afterExpiresAt, @afterId), as in due_page.sql.
SELECT correlation_id AS OrderId, expires_at AS ExpiresAt
FROM order_transaction
WHERE state = @state
  AND expires_at > @now
  AND COALESCE(prepared_at, created_at) <= @idleSince
  AND expires_at >= @afterExpiresAt
  AND (expires_at > @afterExpiresAt OR correlation_id > @afterId)
  AND last_error IS NULL
  AND NOT EXISTS (SELECT 1 FROM compensation WHERE order_id = correlation_id)
ORDER BY expires_at, correlation_id
LIMIT @pageSize
