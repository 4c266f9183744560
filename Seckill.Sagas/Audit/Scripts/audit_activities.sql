-- Every activity that the catalog, the stock or an order speaks of: an order of an activity that nobody knows must not hide.
SELECT x.activity_id AS ActivityId, a.name AS Name, a.opens_at AS OpensAt, a.closes_at AS ClosesAt, a.per_buyer_limit AS PerBuyerLimit
FROM (SELECT activity_id FROM activities UNION SELECT activity_id FROM stock UNION SELECT DISTINCT activity_id FROM orders) x
LEFT JOIN activities a ON a.activity_id = x.activity_id
ORDER BY x.activity_id
