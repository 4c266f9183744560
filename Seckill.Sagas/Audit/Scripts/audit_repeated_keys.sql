-- One key of one buyer stands for one order. A day later the key is free again.
SELECT buyer_id AS BuyerId, idempotency_key AS IdempotencyKey, COUNT(*) AS Orders
FROM orders
WHERE activity_id = @activityId AND idempotency_key IS NOT NULL
GROUP BY buyer_id, idempotency_key HAVING COUNT(*) > 1 AND MAX(created_at) < MIN(created_at) + INTERVAL 24 HOUR
ORDER BY buyer_id, idempotency_key LIMIT @size
