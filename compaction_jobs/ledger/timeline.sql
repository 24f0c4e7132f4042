-- Every standing fact becomes one change of its key, an announced transfer two: it is in transit
-- from its announcement until the first in-leg of that transfer. A count comes after the
-- movements of its instant, because it includes them.
WITH weighed AS (
    SELECT
        *,
        CASE
            WHEN kind IN ('received', 'returned', 'transferred_in', 'adjusted') THEN quantity_milli
            WHEN kind IN ('issued', 'scrapped', 'transferred_out') THEN -quantity_milli
            ELSE 0
        END AS effect,
        kind = 'counted' AND NOT cancelled AS is_count,
        CASE kind
            WHEN 'order_placed' THEN 0
            WHEN 'order_rescheduled' THEN 1
            WHEN 'order_partially_received' THEN 2
            WHEN 'order_received' THEN 3
            WHEN 'order_cancelled' THEN 4
        END AS order_rank,
        CASE
            WHEN kind IN ('order_received', 'order_cancelled') THEN 0
            WHEN startswith(kind, 'order_') THEN quantity_milli
        END AS outstanding
    FROM {standing}
),
related AS (
    SELECT
        *,
        -- Of several counts at one instant the highest stands.
        is_count AND row_number() OVER (
            PARTITION BY scope, item_id, site_id, is_count, occurred_at
            ORDER BY recorded_at DESC, document DESC, line DESC, event_id DESC
        ) = 1 AS sets_stock,
        -- A requisition line counts once, in its latest version.
        kind = 'requested' AND row_number() OVER (
            PARTITION BY scope, item_id, site_id, kind, coalesce(line_id, event_id)
            ORDER BY recorded_at DESC, event_id DESC
        ) = 1 AS asks,
        outstanding - coalesce(lag(outstanding) OVER (
            PARTITION BY scope, item_id, site_id, order_rank IS NULL, order_id, line
            ORDER BY occurred_at, recorded_at, order_rank, event_id DESC
        ), 0) AS order_change,
        min(CASE WHEN kind = 'transferred_in' AND quantity_milli > 0 THEN occurred_at END) OVER (
            PARTITION BY scope, item_id, site_id, transfer_id
        ) AS arrived_at
    FROM weighed
),
changes AS (
    SELECT
        scope, item_id, site_id, event_id, kind, recorded_at, document, line, transfer_id,
        quantity_milli, effect, sets_stock,
        asks,
        coalesce(order_change, 0) AS order_change,
        CASE kind WHEN 'reserved' THEN quantity_milli WHEN 'released' THEN -quantity_milli ELSE 0
        END AS reserved_change,
        leg.occurred_at,
        leg.transit_change,
        leg.is_closing
    FROM related
    LATERAL VIEW explode(
        CASE
            WHEN kind = 'inbound_expected' AND arrived_at IS NOT NULL THEN array(
                named_struct(
                    'occurred_at', occurred_at,
                    'transit_change', quantity_milli,
                    'is_closing', false
                ),
                named_struct(
                    'occurred_at', greatest(occurred_at, arrived_at),
                    'transit_change', -quantity_milli,
                    'is_closing', true
                )
            )
            ELSE array(named_struct(
                'occurred_at', occurred_at,
                'transit_change', CASE kind WHEN 'inbound_expected' THEN quantity_milli ELSE 0 END,
                'is_closing', false
            ))
        END
    ) AS leg
    WHERE kind <> 'requested' OR asks
),
summed AS (
    SELECT
        *,
        row_number() OVER in_time AS step,
        sum(effect) OVER in_time AS moved_milli,
        sum(transit_change) OVER in_time AS in_transit_milli,
        sum(order_change) OVER in_time AS on_order_milli,
        sum(reserved_change) OVER in_time AS reserved_milli
    FROM changes
    WINDOW in_time AS (
        PARTITION BY scope, item_id, site_id
        ORDER BY occurred_at, sets_stock, recorded_at, document, line, event_id, is_closing
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
counted AS (
    SELECT
        *,
        -- What the last count says beyond the movements known until then.
        last_value(CASE WHEN sets_stock THEN quantity_milli - moved_milli END, true) OVER (
            PARTITION BY scope, item_id, site_id
            ORDER BY step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS base_milli,
        last_value(CASE WHEN sets_stock THEN quantity_milli - moved_milli END, true) OVER (
            PARTITION BY scope, item_id, site_id
            ORDER BY step
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS base_before_milli
    FROM summed
)
SELECT
    scope,
    item_id,
    site_id,
    step,
    event_id,
    kind,
    occurred_at,
    quantity_milli,
    is_closing,
    moved_milli + coalesce(base_milli, 0) AS on_hand_milli,
    in_transit_milli,
    on_order_milli,
    reserved_milli,
    CASE WHEN sets_stock THEN quantity_milli END AS counted_milli,
    -- Null for a first count: there was nothing to differ from.
    CASE WHEN sets_stock THEN base_milli - base_before_milli END AS discrepancy_milli
FROM counted
