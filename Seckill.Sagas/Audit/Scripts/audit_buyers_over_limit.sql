SELECT buyer_id AS BuyerId, CAST(SUM(quantity) AS SIGNED) AS Units
FROM orders
WHERE activity_id = @activityId AND status IN ('pending', 'confirmed', 'paid')
GROUP BY buyer_id HAVING SUM(quantity) > @limit
ORDER BY buyer_id LIMIT @size
