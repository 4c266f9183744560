-- What operators did. Rows are added and never changed.
CREATE TABLE audit_log (
  id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL,
  actor   text        NOT NULL,
  action  text        NOT NULL,
  target  text        NOT NULL,
  outcome text        NOT NULL,
  reason  text        NULL,
  -- json and not jsonb: it stays letter by letter what was written.
  before  json        NULL,
  after   json        NULL
);

CREATE INDEX audit_log_actor ON audit_log (actor, id DESC);
CREATE INDEX audit_log_action ON audit_log (action, id DESC);
CREATE INDEX audit_log_target ON audit_log (target, id DESC);

-- Two locks on one door. Privileges stop the role that the application connects as, also where it owns the table. They mean nothing to a
-- superuser (which that role is on a private development server): the triggers stop that one as well, in every session_replication_role.
-- Whoever may ALTER the table can still open both; such a role should not be the one that the application uses in production.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM PUBLIC, CURRENT_USER;

CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log can only be added to; % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log();

ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_is_append_only;
