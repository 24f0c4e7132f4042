"""A second ledger over plain dicts, written from the text of the design and nothing else.

It walks forward in time and follows each fact to its last correction by recursion, where the
ledger under test filters and sums. Keys of a fact are the field names of `clean.stock-fact`.
"""

from __future__ import annotations

from typing import Any

from domain.instants import day_of, end_of_day

Fact = dict[str, Any]

ADDS = {"received", "returned", "transferred_in", "adjusted"}
TAKES = {"issued", "scrapped", "transferred_out"}
STATUSES = ["placed", "rescheduled", "partially_received", "received", "cancelled"]


def balance_of(log: list[Fact], as_of: int | None = None) -> dict[str, int]:
    """Return on_hand, in_transit, reserved and what all orders leave outstanding."""
    facts = [f for f in standing(log) if as_of is None or f["occurred_at"] <= as_of]
    return {
        "on_hand": on_hand(facts),
        "in_transit": in_transit(facts),
        "reserved": sum(
            {"reserved": 1, "released": -1}.get(f["kind"], 0) * f["quantity_milli"] for f in facts
        ),
        "outstanding": outstanding(facts),
    }


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
    originals = [f["event_id"] for f in facts if f["corrects"] is None]
    missing = [target for target in corrected_by if target not in known]
    ends = [last(name, known, corrected_by) for name in (*originals, *missing)]
    return [end for end in ends if end is not None]


def last(name: str, known: dict[str, Fact], corrected_by: dict[str, list[Fact]]) -> Fact | None:
    """Return what a fact became in the end."""
    if name not in corrected_by:
        return known.get(name)
    best = max(corrected_by[name], key=rank)
    return last(best["event_id"], known, corrected_by)


def target_of(correction: Fact, facts: list[Fact]) -> str:
    """Return the event_id that a correction names, by id or by document and line."""
    named: str = correction["corrects"]
    if any(f["event_id"] == named for f in facts):
        return named
    alike = [f for f in facts if sort(f) == sort(correction) and named_as(f) == named]
    originals = [f for f in alike if f["corrects"] is None]
    others = [f for f in alike if f["corrects"] != named]
    found = originals or others
    return str(found[0]["event_id"]) if found else named


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
    here = {
        f["transfer_id"] for f in facts if f["kind"] == "transferred_in" and f["quantity_milli"]
    }
    coming = [f for f in facts if f["kind"] == "inbound_expected"]
    return sum(f["quantity_milli"] for f in coming if f["transfer_id"] not in here)


def outstanding(facts: list[Fact]) -> int:
    """Return what the latest status of every order line leaves open."""
    lines: dict[tuple[str, str], Fact] = {}
    statuses = [f for f in facts if f["kind"].startswith("order_")]
    for f in sorted(statuses, key=lambda f: str(f["event_id"])):  # of equals the first stays
        held = lines.setdefault((f["order_id"], f["line"]), f)
        if age(f) > age(held):
            lines[f["order_id"], f["line"]] = f
    done = ("order_received", "order_cancelled")
    return sum(f["quantity_milli"] for f in lines.values() if f["kind"] not in done)


def due_on_order(log: list[Fact], *, now: int, protection: int, grace: int) -> int:
    """Return what all order lines are to bring within the protection interval.

    Unit by unit: every unit of an order line is under way until a receipt of its order, or a
    count after the line was called received, is seen to have taken it in.
    """
    facts = standing(log)
    statuses = [f for f in facts if f["kind"].startswith("order_")]
    receipts = [f for f in facts if f["kind"] == "received"]
    counts = [f["occurred_at"] for f in facts if f["kind"] == "counted" and not f["cancelled"]]
    due = 0
    for order_id in {f["order_id"] for f in statuses}:
        pile = sum(f["quantity_milli"] for f in receipts if f["order_id"] == order_id)
        for line in sorted({f["line"] for f in statuses if f["order_id"] == order_id}):
            told = [f for f in statuses if (f["order_id"], f["line"]) == (order_id, line)]
            told.sort(key=lambda f: str(f["event_id"]), reverse=True)
            told.sort(key=age)
            latest = told[-1]
            comes = latest["occurred_at"]
            if latest["kind"] == "order_received":
                units = sum(received_by(told, step) for step in range(len(told)))
                taken = min(units, pile)
                pile -= taken
                units = 0 if any(at >= latest["occurred_at"] for at in counts) else units - taken
            else:
                units = stated(latest)
                comes = end_of_day(day_of(latest["due_on"]))
            if comes - protection <= now <= comes + grace:
                due += units
    return due


def received_by(told: list[Fact], step: int) -> int:
    """Return how much a status calls received that the one before it called outstanding."""
    if step == 0 or told[step]["kind"] not in ("order_partially_received", "order_received"):
        return 0
    return max(stated(told[step - 1]) - stated(told[step]), 0)


def stated(f: Fact) -> int:
    """Return what a status leaves outstanding."""
    done = f["kind"] in ("order_received", "order_cancelled")
    return 0 if done else int(f["quantity_milli"])


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
