"""The facts of one key in any order, any number of times; the same numbers out.

Nothing here knows of demand, policy or alerts. The ledger keeps facts, not sums: a count
that arrives late, or a correction, changes what earlier facts mean.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

from domain.facts import FactKind, StockFact
from domain.instants import DAY

MONTH = 30 * DAY
"""A ledger's facts are kept by the month: whatever changes one leaves the others alone."""
_FEW = 32  # are looked through sooner than a dictionary of them is made

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
_EFFECT_ON_TRANSFER = {FactKind.INBOUND_EXPECTED: 1, FactKind.TRANSFERRED_IN: -1}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger keeps of one keyed fact.

    `reference` is the transfer_id of a transfer's leg, the order_id of an order or a receipt,
    and the line_id of a request; `counterpart` is the other end of a transfer.
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
    counterpart: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Quantities of one key, in thousandths of the base unit."""

    on_hand_milli: int
    in_transit_milli: int
    reserved_milli: int
    counted: bool  # there is a count or a movement: on_hand is knowledge, not the lack of it


@dataclass(frozen=True)  # no slots: they have no room for what is computed once
class Month:
    """The facts of one key that occurred in one month of 30 days, in canonical order."""

    number: int
    entries: tuple[Entry, ...]

    @cached_property
    def _by_id(self) -> Mapping[str, Entry]:
        return {entry.event_id: entry for entry in self.entries}

    def find(self, event_id: str) -> Entry | None:
        """Return what is kept of a fact, None where it is not of this month."""
        if len(self.entries) > _FEW:
            return self._by_id.get(event_id)
        for entry in self.entries:
            if entry.event_id == event_id:
                return entry
        return None

    def with_entry(self, entry: Entry) -> Month:
        """Return the month with one more fact."""
        at = bisect_left(self.entries, _canonical(entry), key=_canonical)
        return Month(self.number, (*self.entries[:at], entry, *self.entries[at:]))


@dataclass(frozen=True, slots=True)
class Opening:
    """What the facts before an instant came to, most of which the ledger no longer keeps.

    Attributes:
        at: every fact of before is in the balance, those that are kept all the same too.
        facts: how many of them are not kept.
    """

    at: int
    on_hand_milli: int
    reserved_milli: int
    counted: bool
    facts: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The distinct facts of one key, in canonical order (occurred_at, event_id)."""

    months: tuple[Month, ...] = ()
    opening: Opening | None = None

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Ledger:
        """Return the ledger of distinct facts that are in canonical order."""
        months = groupby(entries, key=lambda entry: entry.occurred_at // MONTH)
        return cls(tuple(Month(number, tuple(each)) for number, each in months))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The facts that are kept."""
        return tuple(chain.from_iterable(month.entries for month in self.months))

    @property
    def facts(self) -> int:
        """How many distinct facts there have been."""
        kept = sum(len(month.entries) for month in self.months)
        return kept if self.opening is None else kept + self.opening.facts

    def find(self, event_id: str) -> Entry | None:
        """Return what is kept of a fact, None where there is none of that id."""
        for month in self.months:
            found = month.find(event_id)
            if found is not None:
                return found
        return None

    def knows(self, event_id: str) -> bool:
        """Return whether this fact has been applied."""
        return self.find(event_id) is not None

    def apply(self, entry: Entry) -> Ledger:
        """Return the ledger with one more fact; the first of two with one id stands."""
        if self.knows(entry.event_id):
            return self
        number = entry.occurred_at // MONTH
        at = bisect_left(self.months, number, key=lambda month: month.number)
        after = at
        month = Month(number, (entry,))
        if at < len(self.months) and self.months[at].number == number:
            month, after = self.months[at].with_entry(entry), at + 1
        return Ledger((*self.months[:at], month, *self.months[after:]), self.opening)


def balance(
    live: Sequence[Entry], *, as_of: int | None = None, opening: Opening | None = None
) -> Balance:
    """Return the quantities that held at an instant, by default after everything known.

    `live` is what `corrections.live_entries` returns. An instant before the opening is unknown.
    """
    if as_of is not None:
        live = [entry for entry in live if entry.occurred_at <= as_of]
    in_transit = _in_transit(live)
    if opening is None:
        opening = Opening(at=-1, on_hand_milli=0, reserved_milli=0, counted=False, facts=0)
    else:
        live = [entry for entry in live if entry.occurred_at >= opening.at]
    return Balance(
        on_hand_milli=_on_hand(live, opening.on_hand_milli),
        in_transit_milli=in_transit,
        reserved_milli=opening.reserved_milli + _sum(live, _EFFECT_ON_RESERVED),
        counted=opening.counted or any(tells_on_hand(entry) for entry in live),
    )


def transfer_discrepancies_milli(live: Sequence[Entry]) -> dict[str | None, int]:
    """Return what was sent and did not arrive (negative: too much came), by transfer_id."""
    missing: dict[str | None, int] = {}
    arrived = _arrived(live)
    for entry in live:
        if entry.reference in arrived:
            effect = _EFFECT_ON_TRANSFER.get(entry.kind, 0)
            missing[entry.reference] = missing.get(entry.reference, 0) + (
                effect * entry.quantity_milli
            )
    return {transfer: milli for transfer, milli in missing.items() if milli}


def entry_of(fact: StockFact) -> Entry:
    """Return what the ledger keeps of a keyed fact."""
    return Entry(
        event_id=fact.event_id,
        kind=fact.kind,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        quantity_milli=fact.quantity_milli or 0,
        document=fact.document or "",
        line=fact.line or "",
        reference=reference_of(
            fact.kind,
            line_id=fact.line_id,
            transfer_id=fact.transfer_id,
            order_id=fact.order_id,
        ),
        due_on=fact.due_on,
        corrects=fact.corrects,
        cancelled=fact.cancelled,
        counterpart=fact.counterpart_site_id,
    )


def reference_of(
    kind: FactKind, *, line_id: str | None, transfer_id: str | None, order_id: str | None
) -> str | None:
    """Return what a fact of some kind refers to."""
    match kind:
        case FactKind.REQUESTED:
            return line_id
        case FactKind.TRANSFERRED_IN | FactKind.TRANSFERRED_OUT | FactKind.INBOUND_EXPECTED:
            return transfer_id
        case _:
            return order_id


def precedence(entry: Entry) -> tuple[int, str, str, str]:
    """Return what decides between several counts of one instant, or corrections of one fact."""
    return entry.recorded_at, entry.document, entry.line, entry.event_id


def tells_on_hand(entry: Entry) -> bool:
    """Return whether a fact is a count or a movement of the shelf.

    What was cancelled, a count by saying so and a movement by a quantity of 0, is neither.
    """
    if entry.kind is FactKind.COUNTED:
        return not entry.cancelled
    return entry.kind in _EFFECT_ON_HAND and entry.quantity_milli != 0


def effect_on_hand(entry: Entry) -> int:
    """Return what a movement adds to the shelf, or takes; 0 for what is not a movement."""
    return _EFFECT_ON_HAND.get(entry.kind, 0) * entry.quantity_milli


def _canonical(entry: Entry) -> tuple[int, str]:
    return entry.occurred_at, entry.event_id


def _on_hand(live: Sequence[Entry], opening_milli: int) -> int:
    counts = [e for e in live if e.kind is FactKind.COUNTED and not e.cancelled]
    if not counts:
        return opening_milli + _sum(live, _EFFECT_ON_HAND)
    last = max(counts, key=lambda e: (e.occurred_at, *precedence(e)))
    # A count at t includes every movement at t: only what is strictly later moves it.
    after = (e for e in live if e.occurred_at > last.occurred_at)
    return last.quantity_milli + _sum(after, _EFFECT_ON_HAND)


def _in_transit(live: Sequence[Entry]) -> int:
    arrived = _arrived(live)
    return sum(
        e.quantity_milli
        for e in live
        if e.kind is FactKind.INBOUND_EXPECTED and e.reference not in arrived
    )


def _arrived(live: Sequence[Entry]) -> set[str | None]:
    return {e.reference for e in live if e.kind is FactKind.TRANSFERRED_IN and e.quantity_milli > 0}


def _sum(entries: Iterable[Entry], effect: dict[FactKind, int]) -> int:
    return sum(effect[e.kind] * e.quantity_milli for e in entries if e.kind in effect)
