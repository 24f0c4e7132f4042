"""The facts of one key in, what each did to the shelf out: for people, not for decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.facts import FactKind
from domain.stock.corrections import live_entries
from domain.stock.ledger import Entry, effect_on_hand, precedence, tells_on_hand


@dataclass(frozen=True, slots=True)
class Step:
    """One fact on the way from the first to the last, in canonical order (occurred_at, event_id).

    Attributes:
        live: it still stands; a fact that was corrected does not.
        effect_milli: what it changed on the shelf; None where its kind, or its being cancelled or
            corrected, means that it says nothing of the shelf.
        on_hand_milli: what was on the shelf after it.
    """

    entry: Entry
    live: bool
    effect_milli: int | None
    on_hand_milli: int


def steps(entries: Sequence[Entry]) -> list[Step]:
    """Return every fact with its effect; the effects add up to what is on hand.

    A count includes every movement of its instant, so beside one those change nothing, and what
    the count adds is its difference to what the facts before it had left.
    """
    live = {entry.event_id for entry in live_entries(entries)}
    found: list[Step] = []
    on_hand = 0
    for _, group in groupby(entries, key=lambda entry: entry.occurred_at):
        instant = list(group)
        counts = [each for each in instant if each.event_id in live and _counts(each)]
        winner = max(counts, key=precedence).event_id if counts else None
        for entry in instant:
            effect: int | None = None
            if entry.event_id == winner:
                effect = entry.quantity_milli - on_hand
            elif entry.event_id in live and tells_on_hand(entry):
                effect = 0 if winner is not None else effect_on_hand(entry)
            on_hand += effect or 0
            found.append(Step(entry, entry.event_id in live, effect, on_hand))
    return found


def _counts(entry: Entry) -> bool:
    return entry.kind is FactKind.COUNTED and not entry.cancelled
