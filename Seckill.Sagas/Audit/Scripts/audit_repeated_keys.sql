-- One key of one buyer stands for one order. A day later the key is free again.
SELECT activity_id AS ActivityId, buyer_id AS BuyerId, idempotency_key AS IdempotencyKey, COUNT(*) AS Orders
FROM orders FORCE INDEX (ix_orders_buyer)
WHERE buyer_id > @after AND (@upTo IS NULL OR buyer_id <= @upTo) AND idempotency_key IS NOT NULL
GROUP BY buyer_id, activity_id, idempotency_key HAVING COUNT(*) > 1 AND MAX(created_at) < MIN(created_at) + INTERVAL 24 HOUR
