"""Random logs of one partition: masters, priors, ticks, facts, and every kind of mess."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from domain.facts import FactKind, StockFact
from tests.fakes.facts import FIRST_DAY, at, fact, tick

ITEMS, SITES = ("I1", "I2", "I3"), ("S1", "S2")


def a_log(random: Random, length: int) -> list[StockFact]:
    """Return facts in the order of a log, some out of order, repeated, corrected or too late."""
    log = [_item(item, 0, 6.0) for item in ITEMS] + [_site(site, 0) for site in SITES]
    log += [
        fact(f"count-{item}-{site}", FactKind.COUNTED, 0, 6000, item_id=item, site_id=site)
        for item in ITEMS
        for site in SITES
    ]
    for number in range(length):
        day = number * random.choice((0.5, 2.0)) + random.random()
        log.append(random.choice(_MAKERS)(random, f"e{number}", day))
        if random.random() < 0.15:
            log.append(random.choice(log))  # the hop before repeats itself
    return log


def _item(item: str, day: float, lead_time: float) -> StockFact:
    return fact(
        f"{item}-{day:g}",
        FactKind.ITEM_CHANGED,
        day,
        item_id=item,
        site_id=None,
        lead_time_days=lead_time,
        lead_time_spread_days=2.0,
        criticality="A",
        substitutes="I1;I2",
    )


def _site(site: str, day: float) -> StockFact:
    return fact(
        f"{site}-{day:g}",
        FactKind.SITE_CHANGED,
        day,
        item_id=None,
        site_id=site,
        pool_id="BA",
        fine_rate=0.04,
        contract_value_brl_month=1e5,
        response_hours=6.0,
        latitude=-12.9,
        longitude=-38.5,
    )


def _keyed(random: Random, event_id: str, kind: FactKind, day: float, milli: int, **f: object) -> StockFact:  # fmt: skip  # noqa: E501
    key = {"item_id": random.choice(ITEMS), "site_id": random.choice(SITES)}
    given: dict[str, object] = {"document": event_id, "line": "1", **key, **f}
    return fact(event_id, kind, day, milli, **given)


def _demand(random: Random, event_id: str, day: float) -> StockFact:
    kind = random.choice((FactKind.REQUESTED, FactKind.ISSUED, FactKind.ISSUED))
    return _keyed(random, event_id, kind, day, random.randint(1, 4) * 1000)


def _receipt(random: Random, event_id: str, day: float) -> StockFact:
    return _keyed(
        random, event_id, FactKind.RECEIVED, day, 8000, order_id=f"P{random.randint(0, 3)}"
    )


def _count(random: Random, event_id: str, day: float) -> StockFact:
    return _keyed(random, event_id, FactKind.COUNTED, day - 1, random.randint(0, 9) * 1000)


def _order(random: Random, event_id: str, day: float) -> StockFact:
    kinds = (FactKind.ORDER_PLACED, FactKind.ORDER_RESCHEDULED, FactKind.ORDER_RECEIVED)
    due = FIRST_DAY + int(day) + random.randint(1, 20)
    order = {"order_id": f"P{random.randint(0, 3)}", "due_on": due}
    return _keyed(random, event_id, random.choice(kinds), day, 8000, **order)


def _leg(random: Random, event_id: str, day: float) -> StockFact:
    kinds = (FactKind.TRANSFERRED_IN, FactKind.TRANSFERRED_OUT, FactKind.INBOUND_EXPECTED)
    transfer = {"transfer_id": f"T{random.randint(0, 3)}"}
    return _keyed(random, event_id, random.choice(kinds), day, 2000, **transfer)


def _correction(random: Random, event_id: str, day: float) -> StockFact:
    right = _demand(random, event_id, day)
    return replace(right, corrects=f"e{random.randint(0, 40)}")


def _tick(random: Random, _: str, day: float) -> StockFact:
    # Now and then a year has passed: what comes after may be too late.
    return tick(day + (390 if random.random() < 0.05 else 0))


def _late(random: Random, event_id: str, day: float) -> StockFact:
    return replace(_demand(random, event_id, day), occurred_at=at(-5))


def _master(random: Random, _: str, day: float) -> StockFact:
    if random.random() < 0.3:
        return _site(random.choice(SITES), day)
    return _item(random.choice(ITEMS), day, random.choice((3.0, 6.0, 25.0)))


def _prior(random: Random, event_id: str, day: float) -> StockFact:
    return fact(
        f"p{event_id}", FactKind.PRIOR_CHANGED, day, item_id=random.choice(ITEMS), site_id=None,
        forecast_version=f"f-{day:g}", model="tsb", prior_weeks=random.choice((2.0, 26.0)),
        mean_per_week_per_site=random.choice((0.0, 1.5, 4.0)), variance_per_week_per_site=2.0,
    )  # fmt: skip


_MAKERS = (
    *[_demand] * 6,
    *[_receipt] * 3,
    *[_tick] * 3,
    *[_order] * 3,
    _count,
    _leg,
    _correction,
    _late,
    _master,
    _prior,
)
