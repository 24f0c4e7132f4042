-- What time it was for each position, and how far its key looked ahead. The time is the newest tick
-- up to its offset, or before the first tick that of its own fact; the days are the lead time of
-- its item (14 while no master says it) and a week to the next review.
WITH placed AS (
    SELECT DISTINCT item_id, site_id, log_partition, log_offset FROM {positions}
),
marks AS (
    SELECT _partition, _offset, occurred_at, kind = 'tick' AS is_tick FROM {log} AS f
    WHERE kind = 'tick' OR EXISTS (
        SELECT 1 FROM placed AS p WHERE p.log_partition = f._partition AND p.log_offset = f._offset
    )
),
clock AS (
    SELECT
        _partition,
        _offset,
        coalesce(
            max(CASE WHEN is_tick THEN occurred_at END) OVER (
                PARTITION BY _partition ORDER BY _offset
            ),
            occurred_at
        ) AS now
    FROM marks
),
masters AS (
    SELECT p.item_id, p.site_id, p.log_offset,
        max_by(f.lead_time_days, struct(f.recorded_at, f.event_id)) AS lead_time_days
    FROM placed AS p
    JOIN {log} AS f
        ON f.kind = 'item_changed'
        AND f.item_id = p.item_id
        AND f._partition = p.log_partition
        AND f._offset <= p.log_offset
    GROUP BY p.item_id, p.site_id, p.log_offset
)
SELECT
    p.log_offset AS scope,
    p.item_id,
    p.site_id,
    c.now,
    coalesce(m.lead_time_days, 14) + 7 AS protection_days
FROM placed AS p
JOIN clock AS c ON c._partition = p.log_partition AND c._offset = p.log_offset
LEFT JOIN masters AS m
    ON m.item_id = p.item_id AND m.site_id = p.site_id AND m.log_offset = p.log_offset
