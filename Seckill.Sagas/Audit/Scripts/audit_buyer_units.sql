SELECT buyer_id AS BuyerId, CAST(SUM(quantity) AS SIGNED) AS Units
FROM orders FORCE INDEX (ix_orders_buyer)
WHERE buyer_id IN (@buyerIds) AND activity_id = @activityId AND status IN ('pending', 'confirmed', 'paid')
GROUP BY buyer_id
