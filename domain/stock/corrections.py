"""Facts as they were recorded in, the facts that still stand out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.facts import ORDER_RANK, FactKind
from domain.identity import inbound_id
from domain.stock.ledger import Entry, precedence

_SORTS = {
    **dict.fromkeys(ORDER_RANK, "order"),
    FactKind.COUNTED: "count",
    FactKind.REQUESTED: "request",
    FactKind.INBOUND_EXPECTED: "announcement",
}
_LEGS = frozenset(
    {FactKind.TRANSFERRED_IN, FactKind.TRANSFERRED_OUT, FactKind.INBOUND_EXPECTED},
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a ledger's corrections leave standing, and which of them are odd.

    Attributes:
        live: the entries that still stand: of each fact its last correction, or itself.
        orphans: corrections whose target has not arrived; until then they stand in for it.
        cyclic: corrections that, followed back, never lead to a first fact.
        moving: corrections that name another transfer, or another end of it, than their target.
        targets: the event_id that each correction means, or its own words for an unknown one.
    """

    live: list[Entry]
    orphans: Sequence[Entry] = ()
    cyclic: Sequence[Entry] = ()
    moving: Sequence[Entry] = ()
    targets: Mapping[str, str] | None = None


def resolve(entries: Sequence[Entry]) -> Resolved:
    """Return what stands.

    Of several corrections of one fact the highest (recorded_at, document, line) wins; what
    corrects a loser falls with it. Chains are followed; a cycle leaves nothing. What would move
    its target corrects nothing, and what corrects that falls with it: all of this follows from
    the set of the entries, so that the order in which they came does not matter.
    """
    corrections = [entry for entry in entries if entry.corrects is not None]
    if not corrections:
        return Resolved(list(entries))
    known = {entry.event_id: entry for entry in entries}
    targets = _targets(corrections, known)
    moving = [each for each in corrections if _moves(each, known.get(targets[each.event_id]))]
    refused = {each.event_id for each in moving}
    winners: dict[str, Entry] = {}
    for entry in corrections:
        if entry.event_id not in refused:
            target = targets[entry.event_id]
            winners[target] = max(winners.get(target, entry), entry, key=precedence)
    # Only what corrections touch can have fallen; the rest stands as it is.
    firsts = {target for target in targets.values() if target not in targets}
    standing = {_last(first, winners) for first in firsts}
    fallen = ({*targets, *targets.values()}) - standing
    return Resolved(
        live=[entry for entry in entries if entry.event_id not in fallen],
        orphans=[each for each in corrections if targets[each.event_id] not in known],
        cyclic=[each for each in corrections if _goes_round(each.event_id, targets)],
        moving=moving,
        targets=targets,
    )


def live_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that still stand; see `resolve`."""
    return resolve(entries).live


def _targets(corrections: Sequence[Entry], known: Mapping[str, Entry]) -> dict[str, str]:
    names = {each.corrects for each in corrections if each.corrects not in known}
    named: dict[tuple[str, str], list[Entry]] = {}
    for entry in known.values() if names else ():
        alias = _alias(entry)
        if alias in names:
            named.setdefault((_sort(entry), alias), []).append(entry)
    targets: dict[str, str] = {}
    for correction in corrections:
        words = correction.corrects or ""
        found = named.get((_sort(correction), words), ())
        targets[correction.event_id] = words if words in known else _named(words, found)
    return targets


def _named(words: str, found: Iterable[Entry]) -> str:
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


def _moves(correction: Entry, target: Entry | None) -> bool:
    return target is not None and _place(correction) != _place(target)


def _place(entry: Entry) -> tuple[str | None, str | None]:
    return (entry.reference, entry.counterpart) if entry.kind in _LEGS else (None, None)


def _last(first: str, winners: Mapping[str, Entry]) -> str:
    while first in winners:
        first = winners[first].event_id
    return first


def _goes_round(event_id: str, targets: Mapping[str, str]) -> bool:
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
