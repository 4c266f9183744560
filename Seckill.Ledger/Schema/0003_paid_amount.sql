-- What was paid, in cents: a payment of another amount than the order's goes back as it came. Null where nothing was paid, and in rows that are older than this column.
SET @change = IF(
  EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'order_transaction' AND column_name = 'paid_cents'),
  'DO 0', 'ALTER TABLE order_transaction ADD COLUMN paid_cents BIGINT NULL');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;
