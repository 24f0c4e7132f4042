"""Facts as they were recorded in, the facts that still stand out."""

from __future__ import annotations

from collections.abc import Sequence

from domain.facts import ORDER_RANK, FactKind
from domain.identity import inbound_id
from domain.stock.ledger import Entry, precedence

_SORTS = {
    **dict.fromkeys(ORDER_RANK, "order"),
    FactKind.COUNTED: "count",
    FactKind.REQUESTED: "request",
    FactKind.INBOUND_EXPECTED: "announcement",
}


def live_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that still stand: of each fact its last correction, or itself.

    Of several corrections of one fact the highest (recorded_at, document, line) wins; what
    corrects a loser falls with it. Chains are followed; a cycle leaves nothing.
    """
    targets = _targets(entries)
    if not targets:
        return list(entries)
    winners: dict[str, Entry] = {}
    for entry in entries:
        target = targets.get(entry.event_id)
        if target is not None:
            best = winners.get(target, entry)
            winners[target] = max(best, entry, key=precedence)
    firsts = {e.event_id for e in entries if e.event_id not in targets}
    # A correction may come before its target: until then it stands in for it.
    firsts.update(target for target in targets.values() if target not in targets)
    live = {_last(first, winners) for first in firsts}
    return [entry for entry in entries if entry.event_id in live]


def orphan_corrections(entries: Sequence[Entry]) -> list[Entry]:
    """Return the corrections whose target has not arrived."""
    targets = _targets(entries)
    known = {entry.event_id for entry in entries}
    return [e for e in entries if e.event_id in targets and targets[e.event_id] not in known]


def cyclic_corrections(entries: Sequence[Entry]) -> list[Entry]:
    """Return the corrections that, followed back, never lead to a first fact."""
    targets = _targets(entries)
    return [entry for entry in entries if _goes_round(entry.event_id, targets)]


def _targets(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the event_id that each correction corrects, or its own words for an unknown one."""
    corrections = [entry for entry in entries if entry.corrects is not None]
    if not corrections:
        return {}
    known = {entry.event_id for entry in entries}
    named: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        named.setdefault((_sort(entry), _alias(entry)), []).append(entry)
    targets: dict[str, str] = {}
    for correction in corrections:
        words = correction.corrects or ""
        found = named.get((_sort(correction), words), ())
        targets[correction.event_id] = words if words in known else _named(words, found)
    return targets


def _named(words: str, found: Sequence[Entry]) -> str:
    """Return which of the entries of one document and line is meant.

    The first fact of that name; else a correction of that name, which another correction may
    name too, unless it says of itself that it corrects this name.
    """
    for entry in found:
        if entry.corrects is None:
            return entry.event_id
    for entry in found:
        if entry.corrects != words:
            return entry.event_id
    return words


def _last(first: str, winners: dict[str, Entry]) -> str:
    while first in winners:
        first = winners[first].event_id
    return first


def _goes_round(event_id: str, targets: dict[str, str]) -> bool:
    seen = set[str]()
    while event_id in targets:
        if event_id in seen:
            return True
        seen.add(event_id)
        event_id = targets[event_id]
    return False


def _sort(entry: Entry) -> str:
    # A count and a movement may bear the same number: each is corrected by its own sort.
    return _SORTS.get(entry.kind, "movement")


def _alias(entry: Entry) -> str:
    alias = f"{entry.document}/{entry.line}"
    return inbound_id(alias) if entry.kind is FactKind.INBOUND_EXPECTED else alias
