-- What the log of compensation counts in [@from, @before). A success of the compensation says its stage in "detail" before the colon.
SELECT step,
       CASE WHEN step = 'succeeded' THEN split_part(coalesce(detail, ''), ':', 1)
            WHEN step = 'alerted' THEN coalesce(detail, '') END AS about,
       step = 'reprocessed' AND cause IS NOT NULL AS failed,
       count(*)
FROM compensation_logs
WHERE at >= @from AND at < @before
GROUP BY 1, 2, 3
