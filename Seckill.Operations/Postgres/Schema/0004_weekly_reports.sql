-- The weekly reports that were sent: one row per ISO week (2026-W47), so that each is sent once, whoever fires and however often.
CREATE TABLE weekly_reports (
  week    text        NOT NULL PRIMARY KEY,
  sent_at timestamptz NOT NULL,
  report  jsonb       NOT NULL
);
