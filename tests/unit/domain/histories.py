"""Random histories of one key: plain dicts, and the same as facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from tests.fakes.facts import fact

MOVEMENTS = (
    "issued",
    "received",
    "returned",
    "scrapped",
    "adjusted",
    "reserved",
    "released",
    "transferred_out",
    "transferred_in",
    "inbound_expected",
)
ORDERS = (
    "order_placed",
    "order_rescheduled",
    "order_partially_received",
    "order_received",
    "order_cancelled",
)
# Counts matter most, so they come up more often; few instants, so that facts share them.
_KINDS = (*MOVEMENTS, *ORDERS, "requested", *["counted"] * 6)
_SMALL = st.integers(0, 3)
_CORRECTIONS = st.lists(
    st.tuples(st.integers(0, 17), _SMALL, st.integers(0, 5), _SMALL, st.integers(0, 6), _SMALL),
    max_size=5,
)


@st.composite
def histories(
    draw: st.DrawFn, *, corrected: bool = True, kinds: Sequence[str] = _KINDS, least: int = 0
) -> list[dict[str, Any]]:
    """Return distinct facts of one key, corrections of anything by id or by name among them."""
    kind = st.sampled_from(kinds)
    each = st.tuples(kind, st.integers(0, 5), _SMALL, st.integers(-2, 6), _SMALL, st.integers(0, 9))
    originals = draw(st.lists(each, min_size=least, max_size=12))
    facts = [_original(number, drawn) for number, drawn in enumerate(originals)]
    if not facts or not corrected:
        return facts
    drawn = draw(_CORRECTIONS)
    names = [each["event_id"] for each in facts] + [f"c{n}" for n in range(len(drawn))]
    for number, (target, how, day, recorded, quantity, document) in enumerate(drawn):
        name = names[target % len(names)]
        corrected_fact = next((each for each in facts if each["event_id"] == name), facts[0])
        facts.append(
            corrected_fact
            | {
                "event_id": f"c{number}",
                "occurred_at": day,
                "recorded_at": recorded,
                "quantity_milli": quantity,
                "document": f"D{document}",
                "corrects": [name, name, _named(corrected_fact), "never seen"][how],
                "cancelled": quantity == 0,
            }
        )
    return facts


def _original(number: int, drawn: tuple[str, int, int, int, int, int]) -> dict[str, Any]:
    kind, day, recorded, quantity, reference, document = drawn
    return {
        "event_id": f"e{number}",
        "kind": kind,
        "occurred_at": day,
        "recorded_at": recorded,
        "quantity_milli": quantity if kind == "adjusted" else abs(quantity),
        "document": f"D{document}",
        "line": str(reference % 2),
        "transfer_id": f"T{reference}" if kind in MOVEMENTS[-3:] else None,
        "order_id": f"P{reference // 2}" if kind in (*ORDERS, "received") else None,
        "corrects": None,
        "cancelled": kind == "counted" and quantity < 0,
    }


def _named(each: dict[str, Any]) -> str:
    suffix = "/inbound" if each["kind"] == "inbound_expected" else ""
    return f"{each['document']}/{each['line']}{suffix}"


def as_fact(each: dict[str, Any]) -> StockFact:
    """Return the same as a fact of key I1|S1."""
    rest = {name: value for name, value in each.items() if name not in ("event_id", "kind")}
    return fact(each["event_id"], FactKind(each["kind"]), 0, **rest)
