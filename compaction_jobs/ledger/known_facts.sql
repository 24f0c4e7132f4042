-- The first occurrence of an event_id in the log counts; the hops before may have repeated it.
-- A fact that occurred 400 days or more before the newest tick in front of it is sealed off
-- (DESIGN §4): the log itself says which, so the stream's own refusals are not asked.
WITH ticked AS (
    SELECT
        *,
        max(CASE WHEN kind = 'tick' THEN occurred_at END) OVER (
            PARTITION BY _partition
            ORDER BY _offset
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS newest_tick
    FROM {log}
),
numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY item_id, site_id, event_id ORDER BY _offset) AS occurrence
    FROM ticked
    WHERE kind NOT IN ('tick', 'item_changed', 'site_changed', 'prior_changed')
      AND (newest_tick IS NULL OR occurred_at > newest_tick - INTERVAL '400' DAY)
)
SELECT
    item_id,
    site_id,
    event_id,
    kind,
    occurred_at,
    recorded_at,
    coalesce(quantity_milli, 0) AS quantity_milli,
    coalesce(document, '') AS document,
    coalesce(line, '') AS line,
    line_id,
    transfer_id,
    counterpart_site_id,
    order_id,
    due_on,
    corrects,
    cancelled,
    _partition,
    _offset
FROM numbered
WHERE occurrence = 1
