-- The books of the development payment provider. due_at is when its callback is to be delivered (next); null when nothing is due:
-- delivered, refunded, or waiting to be settled by hand.
CREATE TABLE IF NOT EXISTS development_payments (
  payment_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  order_id     CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_cents BIGINT      NOT NULL,
  attempts     INT         NOT NULL DEFAULT 0,
  due_at       DATETIME(6) NULL,
  created_at   DATETIME(6) NOT NULL,
  settled_at   DATETIME(6) NULL,
  delivered_at DATETIME(6) NULL,
  refunded_at  DATETIME(6) NULL,
  UNIQUE KEY ux_development_payments_order (order_id),
  KEY ix_development_payments_due (due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
