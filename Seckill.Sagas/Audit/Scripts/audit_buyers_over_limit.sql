SELECT o.activity_id AS ActivityId, o.buyer_id AS BuyerId, MIN(o.order_id) AS FirstOrderId, CAST(SUM(o.quantity) AS SIGNED) AS Units, a.per_buyer_limit AS PerBuyerLimit
FROM orders o FORCE INDEX (ix_orders_buyer) STRAIGHT_JOIN activities a ON a.activity_id = o.activity_id
WHERE @buyers AND o.status IN ('pending', 'confirmed', 'paid')
GROUP BY o.buyer_id, o.activity_id, a.per_buyer_limit HAVING SUM(o.quantity) > a.per_buyer_limit
