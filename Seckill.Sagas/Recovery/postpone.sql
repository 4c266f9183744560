-- Moves the next retry of transactions that were just told to resume. A row that moved on meanwhile is left alone, and row_version is
-- not touched: should the saga write the same row at the same time, the saga's expires_at is the one that counts.
UPDATE order_transaction
SET expires_at = @until
WHERE correlation_id IN @orderIds
  AND state = @state
  AND expires_at <= @now
