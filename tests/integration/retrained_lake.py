"""A silver of half a year: two families at three sites, with everything that may be odd in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tests.integration.lake_on_disk import REQUISITIONS, LakeOnDisk, Row, fact

NOW = datetime(2025, 6, 30, 15, tzinfo=UTC)
FAMILIES = {"BAT": "BATERIAS", "CABO": "CABOS", "FUS": "CABOS"}
UNITS = {"BAT": "UN", "CABO": "M", "FUS": "UN"}
SITES = {"T1": "BA", "T2": "BA", "D1": "PE"}


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def requested(event_id: str, days: float, milli: int, **more: object) -> Row:
    named = {"quantity_milli": milli, "raw_topic": REQUISITIONS, "line_id": event_id}
    return fact(event_id, "requested", days_ago(days), **(named | more))


def half_a_year(seed: int = 3) -> list[Row]:
    """Return the facts of a silver, in no order."""
    chance = Random(seed)
    rows = [
        fact(f"item-{item}", "item_changed", days_ago(190), item_id=item, site_id=None,
             name=item, family=family, unit=UNITS[item])
        for item, family in FAMILIES.items()
    ] + [
        fact(f"site-{site}", "site_changed", days_ago(190), item_id=None, site_id=site,
             name=site, region=region, pool_id=region)
        for site, region in SITES.items()
    ]  # fmt: skip
    keys = [(item, site) for item in FAMILIES for site in SITES]
    for item, site in keys:
        key = {"item_id": item, "site_id": site}
        rows.append(
            fact(f"count-{item}-{site}", "counted", days_ago(182), quantity_milli=9000, **key)
        )
        for number in range(12):
            milli = 2500 if item == "CABO" else chance.randint(1, 3) * 1000
            ident = f"{item}-{site}-{number}"
            rows.append(requested(ident, chance.uniform(0.1, 181), milli, document=ident, **key))
            # It fulfils the request, so it is no demand of its own.
            rows.append(fact(f"out-{ident}", "issued", days_ago(0.1), quantity_milli=milli,
                             document=ident, raw_topic="raw.stock-movement.v1", **key))  # fmt: skip
    rows += [fact(f"tick-{n}", "tick", days_ago(n), item_id=None, site_id=None) for n in range(3)]
    return rows


def write(lake: LakeOnDisk, rows: list[Row], *, seed: int = 1) -> None:
    """Write rows in an order of their own, some twice, over several partitions and commits."""
    chance = Random(seed)
    shuffled = [dict(row) for row in rows + rows[:: 1 + seed % 7]]
    chance.shuffle(shuffled)
    for start in range(0, len(shuffled), 60):
        # What is about one key is in one partition, as in the real log.
        for partition in range(3):
            of_partition = [
                row for row in shuffled[start : start + 60]
                if len(f"{row['item_id']}{row['site_id']}") % 3 == partition
            ]  # fmt: skip
            if of_partition:
                lake.write_facts(*of_partition, partition=partition)
