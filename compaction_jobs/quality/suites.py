"""What is expected of silver: true of all good data, whatever its size, and of no bad data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from great_expectations.expectations import Expectation

from compaction_jobs.quality.frames import ARRIVAL_TOLERATED
from compaction_jobs.quality.vocabulary import (
    among,
    different,
    matches,
    not_before,
    present,
    rows_where,
    unique,
    within,
)
from domain.facts import BROADCAST, FactKind
from domain.quantities import LARGEST_MILLI
from schemas.regions import COUNTRY, STATES
from schemas.spellings import KNOWN_UNITS
from schemas.topics import topics

_FACTS = "clean.stock-fact.v1"
_KEYED = tuple(str(kind) for kind in FactKind if kind not in BROADCAST)
_SIGNED = str(FactKind.ADJUSTED)
_ORDERS = tuple(kind for kind in _KEYED if kind.startswith("order_"))
_TRANSFERS = (
    str(FactKind.TRANSFERRED_OUT), str(FactKind.TRANSFERRED_IN), str(FactKind.INBOUND_EXPECTED),
)  # fmt: skip
_RAW_TOPICS = tuple(
    each.name for each in topics() if each.layer == "raw" and not each.is_dead_letter
)
# Cleaning accepts any year of this calendar and flags what is odd; unflagged, it is no typo.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 (days)
_NO_SEPARATOR = r"^[^|\x1f]+$"


@dataclass(frozen=True, slots=True)
class Suite:
    """A name, the topic of the table that it is about, and its expectations.

    `kinds` chooses rows of the fact log; None takes all of them.
    """

    name: str
    topic: str
    expectations: Callable[[], Iterable[Expectation]]
    kinds: tuple[str, ...] | None = None


def _every_event() -> Iterable[Expectation]:
    """Yield what is expected of every cleaned record."""
    yield from present("event_id", "occurred_at", "recorded_at", "source", "raw_topic")
    yield unique("event_id", "Two rows with one event_id contradict each other.")
    yield among("raw_topic", _RAW_TOPICS)
    yield within("raw_offset", 0, None)
    yield not_before(
        ARRIVAL_TOLERATED, "recorded_at", "recorded_at_is_not_in_the_future",
        "Nothing is learnt after it has arrived, a day of clocks and zones apart.",
    )  # fmt: skip
    yield different("corrects", "event_id", "A fact that corrects itself leaves nothing live.")


def _facts() -> Iterable[Expectation]:
    kind = rows_where("kind")
    yield from _every_event()
    yield from present("kind", "flags")
    yield among("kind", [str(each) for each in FactKind])
    yield among("precision", ("instant", "day"))
    yield from present("item_id", "site_id", "quantity_milli", when=kind.is_in(_KEYED))
    yield matches("item_id", _NO_SEPARATOR, "It is half of a key: `item_id|site_id`.")
    yield matches("site_id", _NO_SEPARATOR, "It is half of a key: `item_id|site_id`.")
    unflagged = rows_where("flags") == ""
    yield within("occurred_at", _FIRST, _LAST, when=unflagged)
    yield within(
        "quantity_milli", 0, LARGEST_MILLI, when=kind != _SIGNED,
        why="Only an adjustment has a sign; 0 cancels, or is an empty shelf.",
    )  # fmt: skip
    yield within(
        "quantity_milli", -LARGEST_MILLI, LARGEST_MILLI, when=kind == _SIGNED,
        name="adjusted_quantity_is_in_range",
    )  # fmt: skip
    yield from present("transfer_id", "counterpart_site_id", when=kind.is_in(_TRANSFERS))
    yield different("counterpart_site_id", "site_id", "A transfer goes somewhere else.")
    yield from present("order_id", "line", "due_on", when=kind.is_in(_ORDERS))
    yield within("due_on", _FIRST_DAY, _LAST_DAY)


def _items() -> Iterable[Expectation]:
    yield from _every_event()
    yield from present("item_id", "name", "family", "unit", "criticality", "unit_cost_brl")
    yield from present("lead_time_days", "min_order_quantity_milli")
    yield among("unit", KNOWN_UNITS, "A unit that nobody knows cannot be converted.")
    yield among("criticality", "ABC")
    yield within("unit_cost_brl", 0, 1e9)
    yield within("lead_time_days", 0, 3650)
    yield within("lead_time_spread_days", 0, 3650)
    yield within("min_order_quantity_milli", 0, LARGEST_MILLI)


def _sites() -> Iterable[Expectation]:
    yield from _every_event()
    yield from present("site_id", "name", "site_kind", "region", "pool_id", "response_hours")
    yield among("site_kind", ("tower", "depot"))
    yield among("region", STATES, "Holidays, weather and pools go by the state.")
    yield within("contract_value_brl_month", 0, 1e9)
    yield within("fine_rate", 0, 1)
    yield within("response_hours", 0, 24 * 365)
    why = "Within Brazil: elsewhere, latitude and longitude were swapped or lost their sign."
    yield within("latitude", -34, 6, why=why)
    yield within("longitude", -74.5, -28, why=why)


def _requisition_lines() -> Iterable[Expectation]:
    unflagged = rows_where("flags") == ""
    yield from _every_event()
    yield from present("line_id", "item_id", "site_id", "quantity_milli", "unit", "is_service")
    yield within("quantity_milli", 1, LARGEST_MILLI, why="Nobody asks for nothing.")
    yield among("unit", KNOWN_UNITS, "A unit that nobody knows cannot be converted.")
    yield within("occurred_at", _FIRST, _LAST, when=unflagged)
    for column in ("requested_on", "requisitioned_on", "purchased_on"):
        yield within(column, _FIRST_DAY, _LAST_DAY, when=unflagged)
    yield within("row", 2, None, why="Row 1 is the header.")


def _calendar_days() -> Iterable[Expectation]:
    yield from _every_event()
    yield from present("observed_on", "published_at", "name")
    yield within("observed_on", _FIRST_DAY, _LAST_DAY)
    yield among("region", (COUNTRY, *STATES))
    yield among("category", ("public", "optional"))
    yield not_before(
        "occurred_at", "published_at", "published_at_is_before_the_day",
        "A forecast may know of a day from then on.",
    )  # fmt: skip


SUITES = (
    Suite("facts", _FACTS, _facts),
    Suite("items", _FACTS, _items, kinds=(str(FactKind.ITEM_CHANGED),)),
    Suite("sites", _FACTS, _sites, kinds=(str(FactKind.SITE_CHANGED),)),
    Suite("requisition_lines", "clean.requisition-line.v1", _requisition_lines),
    Suite("calendar_days", "clean.calendar-day.v1", _calendar_days),
)
