"""The stream's positions against the ledger in SQL, each at the position's own offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from compaction_jobs import ledger

# The worker's batch: in it, positions come in no order, and the sink may have seen half of them.
_BATCH_FACTS = 1000
FIELDS = (
    "on_hand_milli",
    "on_order_milli",
    "in_transit_milli",
    "reserved_milli",
    "position_milli",
    "facts",
)
_TRACED_AT_MOST = 50

# The two tables have writers of their own: a position may be ahead of the facts it rests on.
_HELD = """
SELECT p.*
FROM {positions} AS p
JOIN (SELECT _partition, max(_offset) AS held FROM {log} GROUP BY _partition) AS f
    ON f._partition = p.log_partition AND p.log_offset <= f.held
"""

_LATEST = """
SELECT * FROM (
    SELECT *, row_number() OVER (
        PARTITION BY item_id, site_id ORDER BY log_offset DESC, _offset DESC
    ) AS age
    FROM {held}
)
WHERE age = 1
"""

_CUT = """
SELECT k.*, p.log_offset AS scope
FROM {known} AS k
JOIN (SELECT DISTINCT item_id, site_id, log_offset FROM {positions}) AS p
    ON p.item_id = k.item_id AND p.site_id = k.site_id AND k._offset <= p.log_offset
"""

_COMPARED = """
WITH known AS (
    SELECT scope, item_id, site_id, count(*) AS facts FROM {cut} GROUP BY scope, item_id, site_id
)
SELECT
    p.item_id,
    p.site_id,
    p.log_offset,
    named_struct(
        'on_hand_milli', p.on_hand_milli,
        'on_order_milli', p.on_order_milli,
        'in_transit_milli', p.in_transit_milli,
        'reserved_milli', p.reserved_milli,
        'position_milli', p.position_milli,
        'facts', p.facts
    ) AS stream,
    named_struct(
        'on_hand_milli', coalesce(b.on_hand_milli, 0),
        'on_order_milli', coalesce(o.on_order_milli, 0),
        'in_transit_milli', coalesce(b.in_transit_milli, 0),
        'reserved_milli', coalesce(b.reserved_milli, 0),
        'position_milli',
        coalesce(b.on_hand_milli + b.in_transit_milli - b.reserved_milli, 0)
            + coalesce(o.on_order_milli, 0),
        'facts', coalesce(k.facts, 0)
    ) AS ledger
FROM {positions} AS p
LEFT JOIN known AS k
    ON k.scope = p.log_offset AND k.item_id = p.item_id AND k.site_id = p.site_id
LEFT JOIN {balances} AS b
    ON b.scope = p.log_offset AND b.item_id = p.item_id AND b.site_id = p.site_id
LEFT JOIN {on_order} AS o
    ON o.scope = p.log_offset AND o.item_id = p.item_id AND o.site_id = p.site_id
"""

# Facts that the worker has passed by (it has decided on much later ones of that partition)
# without a position that knows them. Close to its newest decision they are only work to come.
_PASSED_BY = """
WITH frontier AS (
    SELECT log_partition, max(log_offset) AS through FROM {latest} GROUP BY log_partition
)
SELECT
    k.item_id,
    k.site_id,
    coalesce(any_value(p.facts), 0) AS stream,
    coalesce(any_value(p.facts), 0) + count(*) AS ledger,
    min_by(k.event_id, k._offset) AS first_differing_event_id,
    min(k._offset - f.through) < -{slack} AS is_passed_by
FROM {known} AS k
JOIN frontier AS f ON f.log_partition = k._partition AND k._offset <= f.through
LEFT JOIN {latest} AS p ON p.item_id = k.item_id AND p.site_id = k.site_id
WHERE k._offset > coalesce(p.log_offset, -1)
GROUP BY k.item_id, k.site_id
"""

_FIRST_DIFFERENCE = """
WITH parted AS (
    SELECT item_id, site_id, min(log_offset) AS parts_at
    FROM {compared}
    WHERE NOT stream <=> ledger
    GROUP BY item_id, site_id
),
bounds AS (
    SELECT p.item_id, p.site_id, p.parts_at, coalesce(max(c.log_offset), -1) AS agrees_at
    FROM parted AS p
    LEFT JOIN {compared} AS c
        ON c.item_id = p.item_id AND c.site_id = p.site_id AND c.log_offset < p.parts_at
    GROUP BY p.item_id, p.site_id, p.parts_at
)
SELECT b.item_id, b.site_id, min_by(f.event_id, f._offset) AS event_id
FROM bounds AS b
JOIN {log} AS f
    ON f.item_id = b.item_id
    AND f.site_id = b.site_id
    AND f._offset > b.agrees_at
    AND f._offset <= b.parts_at
GROUP BY b.item_id, b.site_id
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison found.

    Attributes:
        keys: how many were compared.
        differences: how many of them differ.
        keys_behind: how many have facts that the worker has yet to decide on; 0 at rest.
        details: the first of the differences, by key and field.
    """

    keys: int
    differences: int
    keys_behind: int
    details: list[dict[str, Any]]


def compare(
    spark: SparkSession, *, log: DataFrame, known: DataFrame, positions: DataFrame
) -> Compared:
    """Return where the latest positions are not what the facts up to their offsets say."""
    held = spark.sql(_HELD, positions=positions, log=log)
    latest = spark.sql(_LATEST, held=held).localCheckpoint()
    compared = _compare(spark, log, known, latest)
    different = compared.where("NOT stream <=> ledger").collect()
    behind = spark.sql(_PASSED_BY, latest=latest, known=known, slack=_BATCH_FACTS).collect()
    passed_by = [row for row in behind if row["is_passed_by"]]
    traced = sorted(_key(row) for row in different)[:_TRACED_AT_MOST]
    firsts = _first_differences(spark, log, known, held, traced)
    details = [
        *_field_details([row for row in different if _key(row) in firsts], firsts),
        *map(_passed_by_detail, passed_by[:_TRACED_AT_MOST]),
    ]
    return Compared(
        keys=latest.count() + sum(row["stream"] == 0 for row in passed_by),
        differences=len({_key(row) for row in (*different, *passed_by)}),
        keys_behind=len(behind) - len(passed_by),
        details=details,
    )


def _key(row: Any) -> tuple[str, str]:
    return row["item_id"], row["site_id"]


def _passed_by_detail(row: Any) -> dict[str, Any]:
    detail: dict[str, Any] = row.asDict()
    del detail["is_passed_by"]
    return {**detail, "field": "facts"}


def _compare(
    spark: SparkSession, log: DataFrame, known: DataFrame, positions: DataFrame
) -> DataFrame:
    cut = spark.sql(_CUT, known=known, positions=positions)
    standing = ledger.standing_facts(cut).localCheckpoint()  # read five times over
    balances = ledger.balances(ledger.timeline(standing))
    on_order = ledger.on_order(standing, ledger.moments(log, positions))
    return spark.sql(_COMPARED, cut=cut, balances=balances, on_order=on_order, positions=positions)


def _first_differences(
    spark: SparkSession,
    log: DataFrame,
    known: DataFrame,
    held: DataFrame,
    keys: list[tuple[str, str]],
) -> dict[tuple[str, str], str | None]:
    """Return the first fact at which each key's history of positions leaves the ledger."""
    if not keys:
        return {}
    named = spark.createDataFrame(keys, "item_id string, site_id string")
    on = ["item_id", "site_id"]
    history = held.join(named, on)
    compared = _compare(spark, log, known.join(named, on), history).localCheckpoint()
    rows = spark.sql(_FIRST_DIFFERENCE, compared=compared, log=log).collect()
    found = {_key(row): row["event_id"] for row in rows}
    return {key: found.get(key) for key in keys}


def _field_details(
    rows: list[Any], firsts: dict[tuple[str, str], str | None]
) -> list[dict[str, Any]]:
    return [
        {
            "item_id": row["item_id"],
            "site_id": row["site_id"],
            "field": field,
            "stream": row["stream"][field],
            "ledger": row["ledger"][field],
            "first_differing_event_id": firsts[_key(row)],
        }
        for row in sorted(rows, key=_key)
        for field in FIELDS
        if row["stream"][field] != row["ledger"][field]
    ]
