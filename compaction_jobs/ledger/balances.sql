SELECT
    scope,
    item_id,
    site_id,
    max_by(on_hand_milli, step) AS on_hand_milli,
    max_by(in_transit_milli, step) AS in_transit_milli,
    max_by(on_order_milli, step) AS on_order_milli,
    max_by(reserved_milli, step) AS reserved_milli
FROM {changes}
GROUP BY scope, item_id, site_id
