-- Orders that came to an end in [@from, @before), by the attempts that failed before: since the order was handed over last, which may have been
-- in another week. An order whose hand-over is not in the log has no duration.
WITH ends AS (
  SELECT e.step,
         -- Processes' clocks differ; and greatest() alone would make 0 of null.
         CASE WHEN handed.at IS NOT NULL THEN extract(epoch FROM greatest(e.at - handed.at, interval '0'))::float8 END AS seconds,
         (SELECT count(*) FROM compensation_logs f
          WHERE f.order_id = e.order_id AND f.step IN ('attempt_failed', 'dead_letter_failed')
            AND f.at <= e.at AND f.at >= coalesce(handed.at, '-infinity')) AS failures
  FROM compensation_logs e
  LEFT JOIN LATERAL (
    SELECT h.at FROM compensation_logs h
    WHERE h.order_id = e.order_id AND h.step = 'handed_over' AND h.at <= e.at
    ORDER BY h.at DESC LIMIT 1) handed ON true
  WHERE e.at >= @from AND e.at < @before AND e.step IN ('succeeded', 'archived') AND e.order_id IS NOT NULL
)
SELECT failures, count(*) FILTER (WHERE step = 'succeeded'), count(seconds), coalesce(sum(seconds), 0), coalesce(max(seconds), 0)
FROM ends
GROUP BY failures
ORDER BY failures
