SELECT order_id AS OrderId, activity_id AS ActivityId FROM orders WHERE order_id IN (@orderIds)
