-- Orders whose transaction failed and is tried again. A row is there from the first failure until the order is at a consistent end.
-- status: retrying, exhausted (no attempt left, not yet in the dead-letter topic), dead_letter, archived.
CREATE TABLE IF NOT EXISTS compensation (
  order_id             CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  status               VARCHAR(16)  CHARACTER SET ascii NOT NULL,
  attempts             INT          NOT NULL DEFAULT 0,
  dead_letter_attempts INT          NOT NULL DEFAULT 0,
  next_attempt_at      DATETIME(6)  NULL,
  started_attempt      INT          NOT NULL DEFAULT 0,
  started_at           DATETIME(6)  NULL,
  dispatched_at        DATETIME(6)  NULL,
  source               VARCHAR(64)  CHARACTER SET ascii NOT NULL,
  cause                VARCHAR(32)  CHARACTER SET ascii NOT NULL,
  last_error           VARCHAR(512) CHARACTER SET utf8mb4 NOT NULL,
  request              TEXT         CHARACTER SET utf8mb4 NOT NULL,
  history              MEDIUMTEXT   CHARACTER SET utf8mb4 NOT NULL,
  first_failed_at      DATETIME(6)  NOT NULL,
  updated_at           DATETIME(6)  NOT NULL,
  KEY ix_compensation_due (status, next_attempt_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What operators change while the system runs. A change names the version that it replaces.
CREATE TABLE IF NOT EXISTS settings (
  name       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value      TEXT         CHARACTER SET utf8mb4 NOT NULL,
  version    BIGINT       NOT NULL,
  updated_by VARCHAR(64)  CHARACTER SET utf8mb4 NOT NULL,
  updated_at DATETIME(6)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
