SELECT COUNT(*)
FROM order_transaction
WHERE state = @state
  AND expires_at <= @now
