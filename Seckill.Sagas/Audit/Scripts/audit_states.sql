SELECT correlation_id AS OrderId, state AS State, row_version AS RowVersion FROM order_transaction WHERE correlation_id IN (@orderIds)
