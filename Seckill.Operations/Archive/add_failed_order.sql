-- Adds an order. One that is there already stays as it is, unless it was handled and has failed again since: then it is open again, with the
-- attempts that the archive does not know yet behind those that it knows.
INSERT INTO failed_order_archives (
  archive_id, order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, cause, last_error, state, attempts, dead_letter_attempts,
  payload, payload_is_base64, headers, history, first_failed_at, archived_at, handled, handled_by, handled_at, note, outcome)
VALUES (
  @archive_id, @order_id, @activity_id, @sku_id, @buyer_id, @quantity, @amount_cents, @cause, @last_error, @state, @attempts,
  @dead_letter_attempts, @payload, @payload_is_base64, @headers, @history, @first_failed_at, @archived_at, @handled, @handled_by,
  @handled_at, @note, @outcome)
ON CONFLICT (archive_id) DO UPDATE SET
  order_id = excluded.order_id,
  activity_id = excluded.activity_id,
  sku_id = excluded.sku_id,
  buyer_id = excluded.buyer_id,
  quantity = excluded.quantity,
  amount_cents = excluded.amount_cents,
  cause = excluded.cause,
  last_error = excluded.last_error,
  state = excluded.state,
  attempts = excluded.attempts,
  dead_letter_attempts = excluded.dead_letter_attempts,
  payload = excluded.payload,
  payload_is_base64 = excluded.payload_is_base64,
  headers = excluded.headers,
  history = failed_order_archives.history || (
    SELECT coalesce(jsonb_agg(attempt ORDER BY number), '[]')
    FROM jsonb_array_elements(excluded.history) WITH ORDINALITY AS new(attempt, number)
    WHERE NOT failed_order_archives.history @> jsonb_build_array(attempt)),
  first_failed_at = least(failed_order_archives.first_failed_at, excluded.first_failed_at),
  archived_at = excluded.archived_at,
  handled = false,
  handled_by = NULL,
  handled_at = NULL,
  note = NULL,
  outcome = NULL
WHERE failed_order_archives.handled AND excluded.archived_at > failed_order_archives.handled_at
