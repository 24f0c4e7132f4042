-- What each key may count on from its orders, at the instant of its scope (DESIGN §6).
-- What an order line's latest status leaves outstanding counts from a protection interval before
-- it is due until a grace of 7 days after. What is called received is waited for as long, from
-- then on: all that its statuses called received, in part or in whole, less the receipts of its
-- order, which fill its received lines in their order; unless a count came since.
WITH statuses AS (
    SELECT
        scope,
        item_id,
        site_id,
        order_id,
        line,
        kind,
        occurred_at,
        due_on,
        CASE WHEN kind IN ('order_received', 'order_cancelled') THEN 0 ELSE quantity_milli END
            AS left_milli,
        array_position(
            array(
                'order_placed', 'order_rescheduled', 'order_partially_received',
                'order_received', 'order_cancelled'
            ),
            kind
        ) AS rank,
        recorded_at,
        event_id
    FROM {standing}
    WHERE startswith(kind, 'order_')
),
followed AS (
    SELECT
        *,
        CASE WHEN kind IN ('order_partially_received', 'order_received')
            THEN greatest(coalesce(lag(left_milli) OVER in_order, 0) - left_milli, 0)
            ELSE 0
        END AS brought_milli,
        row_number() OVER in_order AS step
    FROM statuses
    WINDOW in_order AS (
        PARTITION BY scope, item_id, site_id, order_id, line
        ORDER BY occurred_at, recorded_at, rank, event_id DESC
    )
),
lines AS (
    SELECT
        scope,
        item_id,
        site_id,
        order_id,
        line,
        max_by(kind, step) = 'order_received' AS is_received,
        max_by(occurred_at, step) AS told_at,
        max_by(due_on, step) AS due_on,
        max_by(left_milli, step) AS left_milli,
        sum(brought_milli) AS brought_milli
    FROM followed
    GROUP BY scope, item_id, site_id, order_id, line
),
piled AS (
    SELECT
        *,
        sum(CASE WHEN is_received THEN brought_milli ELSE 0 END) OVER (
            PARTITION BY scope, item_id, site_id, order_id ORDER BY line
        ) AS through_milli
    FROM lines
),
receipts AS (
    SELECT scope, item_id, site_id, order_id, sum(quantity_milli) AS arrived_milli
    FROM {standing}
    WHERE kind = 'received'
    GROUP BY scope, item_id, site_id, order_id
),
counts AS (
    SELECT scope, item_id, site_id, max(occurred_at) AS counted_at
    FROM {standing}
    WHERE kind = 'counted' AND NOT cancelled
    GROUP BY scope, item_id, site_id
),
expected AS (
    SELECT
        p.scope,
        p.item_id,
        p.site_id,
        CASE
            WHEN NOT is_received THEN left_milli
            WHEN counted_at >= told_at THEN 0
            ELSE greatest(through_milli - coalesce(arrived_milli, 0), 0)
                - greatest(through_milli - brought_milli - coalesce(arrived_milli, 0), 0)
        END AS expected_milli,
        unix_micros(CASE
            WHEN is_received OR due_on IS NULL THEN told_at
            ELSE to_utc_timestamp(
                due_on + INTERVAL '23:59:59.999999' HOUR TO SECOND, 'America/Sao_Paulo'
            )
        END) AS due_at
    FROM piled AS p
    LEFT JOIN receipts AS r
        ON r.scope = p.scope
        AND r.item_id = p.item_id
        AND r.site_id = p.site_id
        AND r.order_id = p.order_id
    LEFT JOIN counts AS c
        ON c.scope = p.scope AND c.item_id = p.item_id AND c.site_id = p.site_id
)
SELECT e.scope, e.item_id, e.site_id, sum(expected_milli) AS on_order_milli
FROM expected AS e
JOIN {moments} AS m ON m.scope = e.scope AND m.item_id = e.item_id AND m.site_id = e.site_id
WHERE unix_micros(m.now)
    BETWEEN due_at - CAST(m.protection_days * 86400000000D AS BIGINT)
    AND due_at + 7 * 86400000000
GROUP BY e.scope, e.item_id, e.site_id
