-- The index is forced so that a page is a range of it; left to choose, the server reads the SKU from its first order on for every page.
SELECT o.order_id AS OrderId, o.sku_id AS SkuId, o.buyer_id AS BuyerId, o.quantity AS Quantity, o.status AS Status,
       o.created_at AS CreatedAt, COALESCE(o.closed_at, t.decided_at, o.created_at) AS ClosedAt,
       t.expires_at AS ExpiresAt, t.state AS State, t.row_version AS RowVersion, t.activity_id AS TransactionActivityId, t.sku_id AS TransactionSkuId,
       t.buyer_id AS TransactionBuyerId, t.quantity AS TransactionQuantity, c.order_id IS NOT NULL AS IsCompensated
FROM orders o FORCE INDEX (ix_orders_activity) LEFT JOIN order_transaction t ON t.correlation_id = o.order_id
     LEFT JOIN compensation c ON c.order_id = o.order_id
WHERE o.activity_id = @activityId AND o.sku_id = @skuId AND o.order_id > @after
ORDER BY o.order_id LIMIT @size
