SELECT order_id AS OrderId FROM orders WHERE order_id IN (@orderIds)
