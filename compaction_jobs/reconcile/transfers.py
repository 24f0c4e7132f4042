"""What leaves one site arrives, is on its way, or is booked as lost: nothing else."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame

_NAMED_AT_MOST = 50

# The out-leg is read at its origin, the rest at the destination, from what cleaning announced
# there: an announcement that is lost, doubled or not corrected with its out-leg breaks the sum.
_TRANSFERS = """
WITH legs AS (
    SELECT
        item_id,
        transfer_id,
        CASE kind WHEN 'transferred_out' THEN counterpart_site_id ELSE site_id END AS to_site,
        kind,
        quantity_milli
    FROM {standing}
    WHERE kind IN ('transferred_out', 'inbound_expected', 'transferred_in')
),
transfers AS (
    SELECT
        item_id,
        transfer_id,
        to_site,
        coalesce(sum(quantity_milli) FILTER (WHERE kind = 'transferred_out'), 0) AS out_milli,
        coalesce(sum(quantity_milli) FILTER (WHERE kind = 'inbound_expected'), 0)
            AS announced_milli,
        coalesce(sum(quantity_milli) FILTER (WHERE kind = 'transferred_in'), 0) AS in_milli,
        count(*) FILTER (WHERE kind = 'transferred_in' AND quantity_milli > 0) > 0 AS has_arrived
    FROM legs
    GROUP BY item_id, transfer_id, to_site
)
SELECT
    *,
    CASE WHEN has_arrived THEN 0 ELSE announced_milli END AS in_transit_milli,
    CASE WHEN has_arrived THEN announced_milli - in_milli ELSE 0 END AS discrepancy_milli
FROM transfers
"""


def check(standing: DataFrame) -> dict[str, Any]:
    """Return how many transfers there are, and those whose sum does not come out."""
    transfers = standing.sparkSession.sql(_TRANSFERS, standing=standing)
    broken = "out_milli <> in_milli + in_transit_milli + discrepancy_milli"
    (totals,) = transfers.selectExpr(
        "count(*) AS transfers",
        "count_if(in_transit_milli <> 0) AS on_their_way",
        "count_if(discrepancy_milli <> 0) AS with_discrepancy",
        f"count_if({broken}) AS differences",
    ).collect()
    named = transfers.where(broken).orderBy("item_id", "transfer_id")
    first = named.head(_NAMED_AT_MOST) if totals["differences"] else []
    return {**totals.asDict(), "details": [row.asDict() for row in first]}
