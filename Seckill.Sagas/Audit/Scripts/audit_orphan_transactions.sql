SELECT t.correlation_id AS OrderId, t.activity_id AS ActivityId, t.sku_id AS SkuId, t.buyer_id AS BuyerId, t.state AS State
FROM order_transaction t LEFT JOIN orders o ON o.order_id = t.correlation_id
WHERE o.order_id IS NULL AND @activities
ORDER BY t.correlation_id LIMIT @size
