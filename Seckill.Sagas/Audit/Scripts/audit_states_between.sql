SELECT o.order_id AS OrderId, t.state AS State
FROM orders o FORCE INDEX (ix_orders_activity) JOIN order_transaction t ON t.correlation_id = o.order_id
WHERE o.activity_id = @activityId AND o.sku_id = @skuId AND o.order_id > @after AND o.order_id <= @upTo
