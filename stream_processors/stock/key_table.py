"""Keys' states ↔ the values of the table. A busy month of a key is a value of its own.

So a fact of a key with thousands of them rewrites one month and not a megabyte, which the
producer would refuse. A month has two values and its key's summary says which one holds: the
other is written first and the summary last, so that a crash between the two leaves what was.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from domain.facts import fact_key
from domain.stock.decide import KeyState
from domain.stock.ledger import Ledger, Month
from stream_processors.stock.packing import (
    Summary,
    pack,
    pack_entries,
    unpack,
    unpack_entries,
    unpack_head,
)

BUSY_FACTS = 32
"""More facts than this in a month are a value of their own; fewer are not worth one."""
SEPARATOR = b"\x00"
"""Between a key and its month; no item or site holds one."""
_KEPT_FACTS = 200_000  # unpacked, in memory: some hundred bytes each


@dataclass(frozen=True, slots=True)
class Written:
    """What to write for one key: its months, then its summary, and then nothing over the old.

    An emptied value that a crash left is in nobody's way: no summary names it.
    """

    months: Mapping[bytes, bytes]
    summary: Mapping[bytes, bytes]
    emptied: Mapping[bytes, bytes]


@dataclass(slots=True)
class KeyTable:
    """Reads states out of the values that `get` finds, and says what a changed state writes.

    Busy keys are kept unpacked, the latest used ones, for unpacking thousands of facts costs
    more than folding one in. They are the states of one partition that were loaded or written.
    """

    get: Callable[[bytes], bytes | None]
    _slots: dict[str, Mapping[int, int]] = field(default_factory=dict)
    _busy: OrderedDict[str, KeyState] = field(default_factory=OrderedDict)
    _kept_facts: int = 0

    def index(self, packed: bytes) -> KeyState:
        """Take note of a stored summary; return the state without its facts."""
        summary = unpack_head(packed)
        self._note(fact_key(summary.state.item_id, summary.state.site_id), summary.slots)
        return summary.state

    def load(self, key: str) -> KeyState | None:
        """Return the stored state of a key, None where there is none."""
        kept = self._busy.get(key)
        if kept is not None:
            self._busy.move_to_end(key)
            return kept
        packed = self.get(key.encode())
        if not packed:
            return None
        summary = unpack(packed)
        if not summary.slots:
            return summary.state
        state = replace(summary.state, ledger=self._whole(key, summary))
        self._note(key, summary.slots)
        self._keep(key, state)
        return state

    def write(self, key: str, state: KeyState) -> Written:
        """Return what makes a state the stored one; it must be written before the next load."""
        held = self._slots.get(key, {})
        stored = self.load(key) if held else None
        same = {month.number: month for month in stored.ledger.months} if stored else {}
        slots: dict[int, int] = {}
        values: dict[bytes, bytes] = {}
        rest: list[Month] = []
        for month in state.ledger.months:
            if len(month.entries) <= BUSY_FACTS:
                rest.append(month)
            elif same.get(month.number) is month and month.number in held:
                slots[month.number] = held[month.number]
            else:
                slot = slots[month.number] = 1 - held.get(month.number, 1)
                values[_month_key(key, month.number, slot)] = pack_entries(month.entries)
        slim = replace(state, ledger=Ledger(tuple(rest), state.ledger.opening))
        self._note(key, slots)
        if slots:
            self._keep(key, state)
        emptied = {
            _month_key(key, number, slot): b""
            for number in held
            if number not in slots
            for slot in (0, 1)
        }
        return Written(values, {key.encode(): pack(Summary(slim, slots))}, emptied)

    def _whole(self, key: str, summary: Summary) -> Ledger:
        ledger = summary.state.ledger
        months = list(ledger.months)
        for number, slot in summary.slots.items():
            packed = self.get(_month_key(key, number, slot))
            assert packed, f"month {number} of {key} is not in the table"
            months.append(Month(number, unpack_entries(packed)))
        months.sort(key=lambda month: month.number)
        return Ledger(tuple(months), ledger.opening)

    def _note(self, key: str, slots: Mapping[int, int]) -> None:
        if slots:
            self._slots[key] = slots
        else:
            self._slots.pop(key, None)
            self._drop(key)

    def _keep(self, key: str, state: KeyState) -> None:
        self._drop(key)
        self._busy[key] = state
        self._kept_facts += state.ledger.facts
        while self._kept_facts > _KEPT_FACTS and len(self._busy) > 1:
            self._drop(next(iter(self._busy)))

    def _drop(self, key: str) -> None:
        dropped = self._busy.pop(key, None)
        if dropped is not None:
            self._kept_facts -= dropped.ledger.facts


def _month_key(key: str, number: int, slot: int) -> bytes:
    return key.encode() + SEPARATOR + f"{number}:{slot}".encode()
