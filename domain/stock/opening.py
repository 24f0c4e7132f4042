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

    Transfers of which a leg is out, or that do not add up; orders of which something is still
    expected; and all that belongs to a fact that is kept or not folded.
    """
    live = resolved.live
    transfers = {*transfer_discrepancies_milli(live), *_transfers_under_way(live, at)}
    orders = set(_open_orders(live, at))
    matters = {each.event_id for each in resolved.orphans}
    matters |= {
        entry.event_id
        for entry in entries
        if entry.occurred_at >= at
        or (entry.kind in _ARRIVALS and entry.reference in transfers)
        or (_is_of_an_order(entry) and entry.reference in orders)
    }
    reached = _connected(matters, entries, resolved)
    return {each.event_id for each in entries if each.occurred_at < at and each.event_id in reached}


def _connected(matters: set[str], entries: tuple[Entry, ...], resolved: Resolved) -> set[str]:
    """Return what belongs to one of these: its chain of corrections, its order, its transfer.

    Half an order would say something else than the whole, and a fact without its correction too.
    """
    groups = [set(link) for link in (resolved.targets or {}).items()]
    named: dict[tuple[bool, str | None], set[str]] = {}
    for entry in entries:
        if entry.kind in _ARRIVALS or _is_of_an_order(entry):
            name = entry.kind in _ARRIVALS, entry.reference
            named.setdefault(name, set()).add(entry.event_id)
    groups += named.values()
    reached, grown = matters, True
    while grown:
        more = set[str]().union(*(each for each in groups if not reached.isdisjoint(each)))
        grown = not more <= reached
        reached = reached | more
    return reached


def _transfers_under_way(live: Iterable[Entry], at: int) -> Iterator[str | None]:
    """Yield the transfers that go on after `at`, and those of which but one leg brings anything.

    A leg of 0 was cancelled: it neither announces goods nor brings them.
    """
    kinds: dict[str | None, set[FactKind]] = {}
    for entry in live:
        if entry.kind in _ARRIVALS:
            if entry.quantity_milli > 0:
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
