SELECT buyer_id FROM orders WHERE buyer_id > @after ORDER BY buyer_id LIMIT 1 OFFSET @size
