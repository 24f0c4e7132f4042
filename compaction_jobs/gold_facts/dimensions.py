"""What the facts are about: items, sites and days."""

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

# Whole years, and a quarter beyond the data: what a report of "this year" or a forecast joins.
_TIME = """
WITH seen AS (
    SELECT min(date) AS first, max(date) + INTERVAL '92' DAY AS last FROM {inventory}
),
calendar AS (
    SELECT explode(sequence(
        make_date(year(first), 1, 1), make_date(year(last), 12, 31), INTERVAL '1' DAY
    )) AS date
    FROM seen
    WHERE first IS NOT NULL
)
SELECT
    date,
    year(date) AS year,
    quarter(date) AS quarter,
    month(date) AS month,
    day(date) AS day,
    extract(YEAROFWEEK FROM date) AS iso_year,
    weekofyear(date) AS week,
    weekday(date) + 1 AS weekday,
    weekday(date) >= 5 AS is_weekend
FROM calendar
"""


def items(log: DataFrame) -> DataFrame:
    """Return every item: its newest master, or `is_known = false` where a fact names it only."""
    return log.sparkSession.sql(_ITEMS, log=log)


def sites(log: DataFrame) -> DataFrame:
    """Return every site: its newest master, or `is_known = false` where a fact names it only."""
    return log.sparkSession.sql(_SITES, log=log)


def days(inventory: DataFrame) -> DataFrame:
    """Return the calendar around the days of `fact_inventory`; Monday is weekday 1."""
    return inventory.sparkSession.sql(_TIME, inventory=inventory)
