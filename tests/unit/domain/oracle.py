"""A second ledger over plain dicts (fields of `clean.stock-fact`), from the design's text alone.

It walks forward in time and follows each fact to its last correction by recursion, where the
ledger under test filters and sums. A test holds it to 120 lines that import nothing of `domain`.
"""

from __future__ import annotations

from typing import Any

Fact = dict[str, Any]
Instant = int | None
ADDS = {"received", "returned", "transferred_in", "adjusted"}
TAKES = {"issued", "scrapped", "transferred_out"}
STATUSES = ["placed", "rescheduled", "partially_received", "received", "cancelled"]


def balance_of(log: list[Fact], as_of: Instant = None, known_at: Instant = None) -> dict[str, int]:
    """Return on_hand, in_transit, reserved and what all orders leave outstanding."""
    known = [f for f in log if known_at is None or f["recorded_at"] <= known_at]
    facts = [f for f in standing(known) if as_of is None or f["occurred_at"] <= as_of]
    kept = {"reserved": 1, "released": -1}
    reserved = sum(kept.get(f["kind"], 0) * f["quantity_milli"] for f in facts)
    moved = {"on_hand": on_hand(facts), "in_transit": in_transit(facts)}
    return moved | {"reserved": reserved, "outstanding": outstanding(facts)}


def standing(log: list[Fact]) -> list[Fact]:
    """Return each fact as it was last corrected."""
    known: dict[str, Fact] = {}
    for fact in log:
        known.setdefault(fact["event_id"], fact)
    facts = sorted(known.values(), key=lambda f: (f["occurred_at"], f["event_id"]))
    corrected_by: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact["corrects"] is not None:
            corrected_by.setdefault(target_of(fact, facts), []).append(fact)
    firsts = [f["event_id"] for f in facts if f["corrects"] is None]
    firsts += [target for target in corrected_by if target not in known]
    ends = [last(name, known, corrected_by) for name in firsts]
    return [end for end in ends if end]


def last(name: str, known: dict[str, Fact], corrected_by: dict[str, list[Fact]]) -> Fact | None:
    """Return what a fact became in the end."""
    fit = [f for f in corrected_by.get(name, []) if place(f) == place(known.get(name, f))]
    if not fit:
        return known.get(name)
    return last(max(fit, key=rank)["event_id"], known, corrected_by)


def target_of(correction: Fact, facts: list[Fact]) -> str:
    """Return the event_id that a correction names, by id or by document and line."""
    named: str = correction["corrects"]
    if any(f["event_id"] == named for f in facts):
        return named
    alike = [f for f in facts if sort(f) == sort(correction) and named_as(f) == named]
    for f in sorted(alike, key=lambda f: f["corrects"] is not None):
        if f["corrects"] != named:
            return str(f["event_id"])
    return named


def on_hand(facts: list[Fact]) -> int:
    """Walk forward in time; a count comes after the movements of its instant and resets."""
    shelf = 0
    for f in sorted(facts, key=lambda f: (f["occurred_at"], f["kind"] == "counted", *rank(f))):
        if f["kind"] in ADDS:
            shelf += f["quantity_milli"]
        elif f["kind"] in TAKES:
            shelf -= f["quantity_milli"]
        elif f["kind"] == "counted" and not f["cancelled"]:
            shelf = f["quantity_milli"]
    return shelf


def in_transit(facts: list[Fact]) -> int:
    """Return what was announced and has not come in any part."""
    legs = [f for f in facts if f["kind"] == "transferred_in" and f["quantity_milli"]]
    closed = [f["transfer_id"] for f in legs]
    coming = [f for f in facts if f["kind"] == "inbound_expected"]
    return sum(f["quantity_milli"] for f in coming if f["transfer_id"] not in closed)


def outstanding(facts: list[Fact]) -> int:
    """Return what the latest status of every order line leaves open."""
    lines: dict[tuple[str, str], Fact] = {}
    statuses = [f for f in facts if f["kind"].startswith("order_")]
    for f in sorted(statuses, key=lambda f: str(f["event_id"])):  # of equals the first stays
        line = f["order_id"], f["line"]
        lines[line] = max(lines.get(line, f), f, key=age)
    return sum(f["quantity_milli"] for f in lines.values() if age(f)[2] < 3)


def age(f: Fact) -> tuple[int, int, int]:
    """Return what makes one status of an order line later than another."""
    return f["occurred_at"], f["recorded_at"], STATUSES.index(f["kind"].removeprefix("order_"))


def rank(f: Fact) -> tuple[int, str, str, str]:
    """Return what makes one count or correction win over another."""
    return f["recorded_at"], f["document"], f["line"], f["event_id"]


def sort(f: Fact) -> str:
    """Return the kind of paper a fact is on: each is corrected by its own."""
    if f["kind"] in ("counted", "requested", "inbound_expected"):
        return str(f["kind"])
    return "order" if f["kind"].startswith("order_") else "movement"


def named_as(f: Fact) -> str:
    """Return the name under which a person knows a fact."""
    return f"{f['document']}/{f['line']}" + ("/inbound" if f["kind"] == "inbound_expected" else "")


def place(f: Fact) -> tuple[str | None, str | None]:
    """Return what a correction must keep of a transfer."""
    return f["transfer_id"], f.get("counterpart_site_id")
