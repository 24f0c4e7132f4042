"""Decisions as the pooling worker reads them."""

from __future__ import annotations

from random import Random

from schemas.codec import Record
from tests.fakes.records import record_of


def decision(
    site: str, offset: int, position: int, *, item: str = "I1", **fields: object
) -> Record:
    """Return a decision about stock without orders or reservations; the reorder point is 5."""
    given: dict[str, object] = {
        "event_id": f"{item}-{site}-{offset}",
        "item_id": item,
        "site_id": site,
        "pool_id": "BA",
        "transition": "none",
        "log_offset": offset,
        "on_hand_milli": position,
        "position_milli": position,
        "reorder_point_milli": 5000,
        "order_up_to_milli": 9000,
        "buy_quantity_milli": 9000 - position,
        "response_hours": 6.0,
        "latitude": -12.9,
        "longitude": -38.5,
        "unit": "UN",
        "name": f"Peça {item}",
    }
    return record_of("decision.stock-decided.v1", **{**given, **fields})


def step(transition: str, site: str, offset: int, position: int, **fields: object) -> Record:
    """Return a decision with a transition of the site's one alert."""
    alert = {
        "alert_id": f"alert-{fields.get('item', 'I1')}-{site}",
        "opened_at": 1,
        "crossing_event_id": "crossing",
        "crossing_offset": 1,
        "respond_by": 2,
    }
    return decision(site, offset, position, transition=transition, **{**alert, **fields})


def a_log(random: Random) -> list[Record]:
    """Return thirty decisions about two items that stand in for each other."""
    log: list[Record] = []
    is_open: set[tuple[str, str]] = set()
    for offset in range(30):
        site, item = random.choice(("T1", "T2", "DEP")), random.choice(("I1", "I2"))
        position = random.randint(0, 20) * 1000
        if (site, item) in is_open and position > 6000:
            is_open.remove((site, item))
            log.append(step("recovered", site, offset, position, item=item, substitutes="I1;I2"))
        elif (site, item) not in is_open and position < 5000:
            is_open.add((site, item))
            log.append(step("opened", site, offset, position, item=item, substitutes="I1;I2"))
        else:
            log.append(decision(site, offset, position, item=item))
    return log
