-- What was paid, in cents: a payment of another amount than the order's goes back as it came. Null where nothing was paid, and in rows that are older than this column.
ALTER TABLE order_transaction ADD COLUMN paid_cents BIGINT NULL;
