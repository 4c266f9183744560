-- Every step of compensation. The same steps are in files, from which this table can be rebuilt: a step that is there already stays as it is.
CREATE TABLE compensation_logs (
  step_id     uuid        NOT NULL PRIMARY KEY,
  at          timestamptz NOT NULL,
  order_id    uuid        NULL,
  step        text        NOT NULL,
  attempt     integer     NOT NULL,
  cause       text        NULL,
  detail      text        NULL,
  duration_ms bigint      NULL,
  instance    text        NOT NULL
);

CREATE INDEX compensation_logs_order ON compensation_logs (order_id, at, step_id);
-- Reports look at a span of time; steps arrive nearly in its order.
CREATE INDEX compensation_logs_at ON compensation_logs USING brin (at);
