-- A page of orders that were paid long ago, as a transaction leaves them. @first is the number of the page's first order.
INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, idempotency_key, created_at, confirmed_at, pay_by, paid_at)
SELECT x.id, @activityId, 1, CONCAT('past-', x.number), 1, 9900, 'paid', CONCAT('past-', x.number), x.at, x.at + INTERVAL 50000 MICROSECOND,
       x.at + INTERVAL 900 SECOND, x.at + INTERVAL 60 SECOND
FROM (SELECT @first + n AS number, @startedAt + INTERVAL ((@first + n) * 1000) MICROSECOND AS at,
             LOWER(CONCAT(LEFT(LPAD(HEX(@startedAtMs + @first + n), 12, '0'), 8), '-', RIGHT(LPAD(HEX(@startedAtMs + @first + n), 12, '0'), 4),
                          '-7000-8000-', LPAD(HEX(@first + n), 12, '0'))) AS id
      FROM seckill_bench.numbers) x;
INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents, payment_window_seconds, idempotency_key,
                               fencing_token, payment_id, created_at, prepared_at, decided_at, row_version)
SELECT order_id, 'Paid', activity_id, sku_id, buyer_id, quantity, amount_cents, 900, idempotency_key, 1, order_id, created_at,
       created_at + INTERVAL 20000 MICROSECOND, confirmed_at, 3
FROM orders WHERE activity_id = @activityId AND order_id > @after;
INSERT INTO transaction_log (correlation_id, step, actor, occurred_at, duration_us)
SELECT order_id, steps.step, 'saga', created_at, 20000
FROM orders JOIN (SELECT 'prepared' AS step UNION ALL SELECT 'committed' UNION ALL SELECT 'paid') steps
WHERE activity_id = @activityId AND order_id > @after;
UPDATE stock SET taken = taken + @page WHERE activity_id = @activityId AND sku_id = 1;
