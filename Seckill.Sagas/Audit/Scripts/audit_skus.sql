SELECT x.sku_id AS SkuId, s.total AS Total, s.taken AS Taken
FROM (SELECT sku_id FROM stock WHERE activity_id = @activityId
      UNION SELECT DISTINCT sku_id FROM orders WHERE activity_id = @activityId) x
LEFT JOIN stock s ON s.activity_id = @activityId AND s.sku_id = x.sku_id
ORDER BY x.sku_id
