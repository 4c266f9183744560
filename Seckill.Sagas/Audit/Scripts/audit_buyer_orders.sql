SELECT o.buyer_id AS BuyerId, o.order_id AS OrderId, o.quantity AS Quantity, t.state AS State
FROM orders o FORCE INDEX (ix_orders_buyer) LEFT JOIN order_transaction t ON t.correlation_id = o.order_id
WHERE o.buyer_id IN (@buyerIds) AND o.activity_id = @activityId
