"""The facts of one key in any order, any number of times; the same numbers out.

Nothing here knows of demand, policy or alerts. The ledger keeps facts, not sums: a count
that arrives late, or a correction, changes what earlier facts mean.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.facts import ORDER_RANK, FactKind, StockFact
from domain.identity import inbound_id

_EFFECT_ON_HAND = {
    FactKind.ISSUED: -1,
    FactKind.SCRAPPED: -1,
    FactKind.TRANSFERRED_OUT: -1,
    FactKind.RECEIVED: 1,
    FactKind.RETURNED: 1,
    FactKind.TRANSFERRED_IN: 1,
    FactKind.ADJUSTED: 1,
}
_EFFECT_ON_RESERVED = {FactKind.RESERVED: 1, FactKind.RELEASED: -1}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger keeps of one keyed fact.

    `reference` is the transfer_id of a transfer's leg, the order_id of an order or a receipt,
    and the line_id of a request.
    """

    event_id: str
    kind: FactKind
    occurred_at: int
    recorded_at: int
    quantity_milli: int
    document: str = ""
    line: str = ""
    reference: str | None = None
    due_on: int | None = None
    corrects: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """Quantities of one key, in thousandths of the base unit."""

    on_hand_milli: int
    in_transit_milli: int
    reserved_milli: int
    counted: bool  # there is a count or a movement: on_hand is knowledge, not the lack of it


@dataclass(frozen=True, slots=True)
class Ledger:
    """The distinct facts of one key, in canonical order (occurred_at, event_id)."""

    entries: tuple[Entry, ...] = ()

    def knows(self, event_id: str) -> bool:
        """Return whether this fact has been applied."""
        return any(entry.event_id == event_id for entry in self.entries)

    def apply(self, entry: Entry) -> Ledger:
        """Return the ledger with one more fact; the first of two with one id stands."""
        if self.knows(entry.event_id):
            return self
        at = bisect_left(self.entries, _canonical(entry), key=_canonical)
        return Ledger((*self.entries[:at], entry, *self.entries[at:]))


def balance(live: Sequence[Entry], *, as_of: int | None = None) -> Balance:
    """Return the quantities that held at an instant, by default after everything known.

    `live` is what `live_entries` returns.
    """
    if as_of is not None:
        live = [entry for entry in live if entry.occurred_at <= as_of]
    return Balance(
        on_hand_milli=_on_hand(live),
        in_transit_milli=_in_transit(live),
        reserved_milli=_sum(live, _EFFECT_ON_RESERVED),
        counted=any(e.kind is FactKind.COUNTED or e.kind in _EFFECT_ON_HAND for e in live),
    )


def entry_of(fact: StockFact) -> Entry:
    """Return what the ledger keeps of a keyed fact."""
    match fact.kind:
        case FactKind.REQUESTED:
            reference = fact.line_id
        case FactKind.TRANSFERRED_IN | FactKind.TRANSFERRED_OUT | FactKind.INBOUND_EXPECTED:
            reference = fact.transfer_id
        case _:
            reference = fact.order_id
    return Entry(
        event_id=fact.event_id,
        kind=fact.kind,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        quantity_milli=fact.quantity_milli or 0,
        document=fact.document or "",
        line=fact.line or "",
        reference=reference,
        due_on=fact.due_on,
        corrects=fact.corrects,
        cancelled=fact.cancelled,
    )


def live_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that still stand, corrections in the place of what they correct.

    Of several corrections of one fact the highest (recorded_at, document, line) wins. Chains
    are followed; a cycle leaves nothing.
    """
    corrections = [entry for entry in entries if entry.corrects is not None]
    if not corrections:
        return list(entries)
    winners: dict[str, Entry] = {}
    for correction in corrections:
        target = _target(correction, entries)
        best = winners.get(target)
        if best is None or _precedence(correction) > _precedence(best):
            winners[target] = correction
    won = {correction.event_id for correction in winners.values()}
    return [
        entry
        for entry in entries
        if entry.event_id not in winners and (entry.corrects is None or entry.event_id in won)
    ]


def orphan_corrections(entries: Sequence[Entry]) -> list[Entry]:
    """Return the corrections whose target has not arrived."""
    known = {entry.event_id for entry in entries}
    return [e for e in entries if e.corrects is not None and _target(e, entries) not in known]


def _target(correction: Entry, entries: Sequence[Entry]) -> str:
    named = correction.corrects or ""
    for entry in entries:
        if entry.event_id == named:
            return named
        if entry.corrects is None and _alias(entry) == named:
            return entry.event_id
    return named


def _alias(entry: Entry) -> str:
    alias = f"{entry.document}/{entry.line}"
    return inbound_id(alias) if entry.kind is FactKind.INBOUND_EXPECTED else alias


def _canonical(entry: Entry) -> tuple[int, str]:
    return entry.occurred_at, entry.event_id


def _precedence(entry: Entry) -> tuple[int, str, str, str]:
    return entry.recorded_at, entry.document, entry.line, entry.event_id


def _on_hand(live: Sequence[Entry]) -> int:
    counts = [e for e in live if e.kind is FactKind.COUNTED and not e.cancelled]
    if not counts:
        return _sum(live, _EFFECT_ON_HAND)
    last = max(counts, key=lambda e: (e.occurred_at, *_precedence(e)))
    # A count at t includes every movement at t: only what is strictly later moves it.
    after = (e for e in live if e.occurred_at > last.occurred_at)
    return last.quantity_milli + _sum(after, _EFFECT_ON_HAND)


def _in_transit(live: Sequence[Entry]) -> int:
    arrived = {
        e.reference for e in live if e.kind is FactKind.TRANSFERRED_IN and e.quantity_milli > 0
    }
    return sum(
        e.quantity_milli
        for e in live
        if e.kind is FactKind.INBOUND_EXPECTED and e.reference not in arrived
    )


def _sum(entries: Iterable[Entry], effect: dict[FactKind, int]) -> int:
    return sum(effect.get(entry.kind, 0) * entry.quantity_milli for entry in entries)


def latest_order_states(live: Iterable[Entry]) -> list[tuple[Entry, int]]:
    """Return each order line's latest status, and the most that was ever outstanding on it."""
    lines: dict[tuple[str | None, str], list[Entry]] = {}
    for entry in live:
        if entry.kind in ORDER_RANK:
            lines.setdefault((entry.reference, entry.line), []).append(entry)
    return [
        (
            max(states, key=lambda e: (e.occurred_at, e.recorded_at, ORDER_RANK[e.kind])),
            max(state.quantity_milli for state in states),
        )
        for states in lines.values()
    ]
