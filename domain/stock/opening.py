"""What is older than the horizon, folded into an opening balance: a ledger does not grow for ever.

Nothing that occurred at or before the horizon is accepted any more, so the balance there is
final. Kept are facts that what is still to come may refer to: see `_still_open`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from domain.facts import ORDER_RANK, FactKind
from domain.stock.corrections import Resolved, resolve
from domain.stock.ledger import (
    MONTH,
    Entry,
    Ledger,
    Opening,
    balance,
    transfer_discrepancies_milli,
)

_ENDED = frozenset({FactKind.ORDER_RECEIVED, FactKind.ORDER_CANCELLED})
_ARRIVALS = frozenset({FactKind.INBOUND_EXPECTED, FactKind.TRANSFERRED_IN})


def settled(ledger: Ledger, *, sealed_through: int) -> Ledger:
    """Return the ledger with the months that lie wholly before the seal folded.

    The balance stays what it is, now and after whatever may still be told, but for one thing: a
    correction that takes a fact out of the folded past is not known to take it from there.
    """
    at = (sealed_through + 1) // MONTH * MONTH
    opening = ledger.opening
    if not _has_more_than(opening, ledger, at):
        return ledger
    entries = ledger.entries
    resolved = resolve(entries)
    held = balance(resolved.live, as_of=at - 1, opening=opening)
    kept = _still_open(entries, resolved, at)
    old = [month for month in ledger.months if month.number < at // MONTH]
    thinned = [
        replace(month, entries=tuple(e for e in month.entries if e.event_id in kept))
        for month in old
    ]
    folded = sum(len(month.entries) for month in old) - len(kept)
    return Ledger(
        months=(
            *(month for month in thinned if month.entries),
            *ledger.months[len(old) :],
        ),
        opening=Opening(
            at=at,
            on_hand_milli=held.on_hand_milli,
            reserved_milli=held.reserved_milli,
            counted=held.counted,
            facts=folded + (0 if opening is None else opening.facts),
        ),
    )


def _has_more_than(opening: Opening | None, ledger: Ledger, at: int) -> bool:
    if not ledger.months or ledger.months[0].number >= at // MONTH:
        return False
    return opening is None or opening.at < at


def _still_open(entries: tuple[Entry, ...], resolved: Resolved, at: int) -> set[str]:
    """Return the facts of before `at` that may yet matter to more than the balance.

    Links of a chain of corrections that reaches to now; transfers of which a leg is out, or that
    do not add up; and whole orders of which something is still expected.
    """
    live = resolved.live
    chained = _chained(entries, resolved, at)
    transfers = {*transfer_discrepancies_milli(live), *_transfers_under_way(live, at)}
    orders = set(_open_orders(live, at))
    return {
        entry.event_id
        for entry in entries
        if entry.occurred_at < at
        and (
            entry.event_id in chained
            or (entry.kind in _ARRIVALS and entry.reference in transfers)
            or (_is_of_an_order(entry) and entry.reference in orders)
        )
    }


def _chained(entries: tuple[Entry, ...], resolved: Resolved, at: int) -> set[str]:
    """Return every fact that corrections connect with one that is not folded, or not known."""
    links = (resolved.targets or {}).items()
    reached = {entry.event_id for entry in entries if entry.occurred_at >= at}
    reached |= {each.event_id for each in resolved.orphans}
    grown = True
    while grown:
        more = {end for link in links if not reached.isdisjoint(link) for end in link} - reached
        reached |= more
        grown = bool(more)
    return reached


def _transfers_under_way(live: Iterable[Entry], at: int) -> Iterator[str | None]:
    kinds: dict[str | None, set[FactKind]] = {}
    for entry in live:
        if entry.kind in _ARRIVALS:
            kinds.setdefault(entry.reference, set()).add(entry.kind)
            if entry.occurred_at >= at:
                yield entry.reference
    yield from (transfer for transfer, seen in kinds.items() if seen != _ARRIVALS)


def _open_orders(live: Iterable[Entry], at: int) -> Iterator[str | None]:
    latest: dict[tuple[str | None, str], Entry] = {}
    for entry in live:
        if not _is_of_an_order(entry):
            continue
        if entry.occurred_at >= at:
            yield entry.reference
        elif entry.kind in ORDER_RANK:
            line = entry.reference, entry.line
            latest[line] = max(latest.get(line, entry), entry, key=_age)
    yield from (line for (line, _), entry in latest.items() if entry.kind not in _ENDED)


def _age(entry: Entry) -> tuple[int, int, int]:
    return entry.occurred_at, entry.recorded_at, ORDER_RANK[entry.kind]


def _is_of_an_order(entry: Entry) -> bool:
    if entry.kind is FactKind.RECEIVED:
        return entry.reference is not None
    return entry.kind in ORDER_RANK
