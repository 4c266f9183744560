-- Adds steps; those that are there already stay as they are.
INSERT INTO compensation_logs (step_id, at, order_id, step, attempt, cause, detail, duration_ms, instance)
SELECT * FROM unnest(
  @step_id::uuid[], @at::timestamptz[], @order_id::uuid[], @step::text[], @attempt::integer[], @cause::text[], @detail::text[],
  @duration_ms::bigint[], @instance::text[])
ON CONFLICT (step_id) DO NOTHING
