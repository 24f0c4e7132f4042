-- One row a key and São Paulo day on which something happened to it.
SELECT
    item_id,
    site_id,
    to_date(from_utc_timestamp(occurred_at, 'America/Sao_Paulo')) AS date,
    max_by(on_hand_milli, step) AS on_hand_end_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'received'), 0) AS received_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'issued'), 0) AS issued_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'returned'), 0) AS returned_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'scrapped'), 0) AS scrapped_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'adjusted'), 0) AS adjusted_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'transferred_in'), 0)
        AS transferred_in_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'transferred_out'), 0)
        AS transferred_out_milli,
    coalesce(sum(quantity_milli) FILTER (WHERE kind = 'requested'), 0) AS requested_milli,
    max_by(counted_milli, step) FILTER (WHERE counted_milli IS NOT NULL) AS counted_milli,
    sum(discrepancy_milli) AS count_discrepancy_milli,
    max_by(in_transit_milli, step) AS in_transit_end_milli,
    max_by(on_order_milli, step) AS on_order_end_milli,
    max_by(reserved_milli, step) AS reserved_end_milli,
    count(*) FILTER (WHERE NOT is_closing) AS facts
FROM {changes}
GROUP BY
    item_id,
    site_id,
    to_date(from_utc_timestamp(occurred_at, 'America/Sao_Paulo'))
