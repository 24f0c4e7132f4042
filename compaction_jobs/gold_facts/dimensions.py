"""What the facts are about: items and sites. Their days: see `days`."""

from __future__ import annotations

from pyspark.sql import DataFrame

_ITEMS = """
WITH masters AS (
    SELECT item_id, max_by(struct(*), struct(recorded_at, event_id)) AS newest
    FROM {log}
    WHERE kind = 'item_changed'
    GROUP BY item_id
),
seen AS (
    SELECT DISTINCT item_id FROM {log}
    WHERE kind NOT IN ('tick', 'item_changed', 'site_changed', 'prior_changed')
)
SELECT
    coalesce(m.item_id, s.item_id) AS item_id,
    newest.name,
    newest.family,
    newest.unit,
    newest.unit_cost_brl,
    newest.lead_time_days,
    newest.lead_time_spread_days,
    newest.min_order_quantity_milli,
    newest.criticality,
    newest.substitutes,
    newest.source,
    newest.recorded_at,
    newest.event_id AS version,
    m.item_id IS NOT NULL AS is_known
FROM masters AS m
FULL OUTER JOIN seen AS s ON s.item_id = m.item_id
"""

_SITES = """
WITH masters AS (
    SELECT site_id, max_by(struct(*), struct(recorded_at, event_id)) AS newest
    FROM {log}
    WHERE kind = 'site_changed'
    GROUP BY site_id
),
seen AS (
    SELECT DISTINCT site_id FROM {log}
    WHERE kind NOT IN ('tick', 'item_changed', 'site_changed', 'prior_changed')
)
SELECT
    coalesce(m.site_id, s.site_id) AS site_id,
    newest.site_kind AS kind,
    newest.name,
    newest.region,
    newest.pool_id,
    newest.operator,
    newest.contract_value_brl_month,
    newest.fine_rate,
    newest.response_hours,
    newest.latitude,
    newest.longitude,
    newest.source,
    newest.recorded_at,
    newest.event_id AS version,
    m.site_id IS NOT NULL AS is_known
FROM masters AS m
FULL OUTER JOIN seen AS s ON s.site_id = m.site_id
"""


def items(log: DataFrame) -> DataFrame:
    """Return every item: its newest master, or `is_known = false` where a fact names it only."""
    return log.sparkSession.sql(_ITEMS, log=log)


def sites(log: DataFrame) -> DataFrame:
    """Return every site: its newest master, or `is_known = false` where a fact names it only."""
    return log.sparkSession.sql(_SITES, log=log)
