-- Orders that compensation gave up. Operators read this table: one row per order, and the columns from "handled" to "outcome" say who took
-- care of it and how it ended.
CREATE TABLE failed_order_archives (
  -- The order id, or raw:topic:partition:offset of a record that names none. Compared by bytes, so that paging does not depend on a locale.
  archive_id           text        COLLATE "C" NOT NULL PRIMARY KEY,
  order_id             uuid        NULL,
  activity_id          bigint      NULL,
  sku_id               bigint      NULL,
  buyer_id             text        NULL,
  quantity             integer     NULL,
  amount_cents         bigint      NULL,
  cause                text        NOT NULL,
  last_error           text        NOT NULL,
  state                text        NULL,
  attempts             integer     NOT NULL,
  dead_letter_attempts integer     NOT NULL,
  payload              text        NOT NULL,
  payload_is_base64    boolean     NOT NULL,
  headers              jsonb       NOT NULL,
  history              jsonb       NOT NULL,
  first_failed_at      timestamptz NOT NULL,
  archived_at          timestamptz NOT NULL,
  handled              boolean     NOT NULL DEFAULT false,
  handled_by           text        NULL,
  handled_at           timestamptz NULL,
  note                 text        NULL,
  outcome              text        NULL,
  CONSTRAINT handled_by_somebody CHECK (handled = (handled_by IS NOT NULL) AND handled = (handled_at IS NOT NULL))
);

-- Each index ends with the order of the pages: the last archived first.
CREATE INDEX failed_order_archives_newest ON failed_order_archives (archived_at DESC, archive_id DESC);
CREATE INDEX failed_order_archives_open ON failed_order_archives (archived_at DESC, archive_id DESC) WHERE NOT handled;
CREATE INDEX failed_order_archives_cause ON failed_order_archives (cause, archived_at DESC, archive_id DESC);
CREATE INDEX failed_order_archives_activity ON failed_order_archives (activity_id, archived_at DESC, archive_id DESC);
CREATE INDEX failed_order_archives_buyer ON failed_order_archives (buyer_id, archived_at DESC, archive_id DESC);
