-- One key of one buyer stands for one order. A day later the key is free again.
SELECT o.activity_id AS ActivityId, o.buyer_id AS BuyerId, MIN(o.order_id) AS FirstOrderId, o.idempotency_key AS IdempotencyKey, COUNT(*) AS Orders
FROM orders o FORCE INDEX (ix_orders_buyer)
WHERE @buyers AND o.idempotency_key IS NOT NULL
GROUP BY o.buyer_id, o.activity_id, o.idempotency_key HAVING COUNT(*) > 1 AND MAX(o.created_at) < MIN(o.created_at) + INTERVAL 24 HOUR
