-- The tables that operators read. Runs on MySQL 8 and on MariaDB 10.11. All times are UTC.
CREATE TABLE IF NOT EXISTS activities (
  activity_id            BIGINT       NOT NULL PRIMARY KEY,
  name                   VARCHAR(200) NOT NULL,
  opens_at               DATETIME(3)  NOT NULL,
  closes_at              DATETIME(3)  NOT NULL,
  per_buyer_limit        INT          NOT NULL,
  payment_window_seconds INT          NOT NULL,
  stock_epoch            BIGINT       NOT NULL DEFAULT 0,
  created_at             DATETIME(3)  NOT NULL,
  KEY ix_activities_window (closes_at, opens_at),
  CONSTRAINT ck_activities_window CHECK (closes_at > opens_at),
  CONSTRAINT ck_activities_limit CHECK (per_buyer_limit > 0),
  CONSTRAINT ck_activities_payment CHECK (payment_window_seconds > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE IF NOT EXISTS skus (
  activity_id      BIGINT       NOT NULL,
  sku_id           BIGINT       NOT NULL,
  name             VARCHAR(200) NOT NULL,
  unit_price_cents BIGINT       NOT NULL,
  PRIMARY KEY (activity_id, sku_id),
  CONSTRAINT ck_skus_price CHECK (unit_price_cents >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- taken = units of orders that are pending, confirmed or paid. The check is the last line against overselling.
CREATE TABLE IF NOT EXISTS stock (
  activity_id BIGINT NOT NULL,
  sku_id      BIGINT NOT NULL,
  total       INT    NOT NULL,
  taken       INT    NOT NULL DEFAULT 0,
  PRIMARY KEY (activity_id, sku_id),
  CONSTRAINT ck_stock_taken CHECK (taken >= 0 AND taken <= total)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- status: pending, confirmed, paid, cancelled, failed. reason says why an order failed or was cancelled.
CREATE TABLE IF NOT EXISTS orders (
  order_id        CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  activity_id     BIGINT       NOT NULL,
  sku_id          BIGINT       NOT NULL,
  buyer_id        VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  quantity        INT          NOT NULL,
  amount_cents    BIGINT       NOT NULL,
  status          VARCHAR(16)  CHARACTER SET ascii NOT NULL,
  reason          VARCHAR(64)  CHARACTER SET ascii NULL,
  idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at      DATETIME(6)  NOT NULL,
  confirmed_at    DATETIME(6)  NULL,
  pay_by          DATETIME(6)  NULL,
  paid_at         DATETIME(6)  NULL,
  closed_at       DATETIME(6)  NULL,
  refunded_at     DATETIME(6)  NULL,
  KEY ix_orders_buyer (buyer_id, order_id),
  KEY ix_orders_activity (activity_id, sku_id),
  CONSTRAINT ck_orders_quantity CHECK (quantity > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- One row per order: the saga. state is its name. expires_at is when the clock has something to do with it: the time-out of an
-- undecided transaction, the payment deadline of a committed one, null when nothing is due any more.
CREATE TABLE IF NOT EXISTS order_transaction (
  correlation_id   CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  state            VARCHAR(32)  CHARACTER SET ascii NOT NULL,
  activity_id      BIGINT       NOT NULL,
  sku_id           BIGINT       NOT NULL,
  buyer_id         VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  quantity         INT          NOT NULL,
  unit_price_cents BIGINT       NOT NULL,
  payment_window_seconds INT    NOT NULL,
  idempotency_key  VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  fencing_token    BIGINT       NOT NULL,
  retry_count      INT          NOT NULL DEFAULT 0,
  last_error       VARCHAR(512) NULL,
  reason           VARCHAR(64)  CHARACTER SET ascii NULL,
  payment_id       VARCHAR(64)  CHARACTER SET ascii NULL,
  created_at       DATETIME(6)  NOT NULL,
  prepared_at      DATETIME(6)  NULL,
  decided_at       DATETIME(6)  NULL,
  expires_at       DATETIME(6)  NULL,
  row_version      INT          NOT NULL,
  KEY ix_order_transaction_due (state, expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What happened to a transaction, step by step. Only ever appended to.
CREATE TABLE IF NOT EXISTS transaction_log (
  log_id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  correlation_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step           VARCHAR(32)  CHARACTER SET ascii NOT NULL,
  detail         VARCHAR(512) NULL,
  actor          VARCHAR(64)  NOT NULL,
  occurred_at    DATETIME(6)  NOT NULL,
  duration_us    BIGINT       NULL,
  KEY ix_transaction_log_correlation (correlation_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
