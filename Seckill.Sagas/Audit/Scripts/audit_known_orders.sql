SELECT order_id AS OrderId FROM orders WHERE order_id IN (@orderIds)
UNION SELECT order_id FROM compensation WHERE order_id IN (@orderIds)
