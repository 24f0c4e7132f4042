"""A key's state ↔ the bytes of the table, its changelog and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import fastavro

from domain.facts import FactKind
from domain.stock.decide import KeyState
from domain.stock.decision import Alert
from domain.stock.ledger import Entry, Ledger, Opening

_TEXT = json.loads((Path(__file__).parent / "key_state.avsc").read_text(encoding="utf-8"))
_SCHEMA = fastavro.parse_schema(_TEXT)
# The entries come last: who reads by a schema that ends before them does not read them.
_HEAD = fastavro.parse_schema({**_TEXT, "fields": _TEXT["fields"][:-1]})
_ENTRIES = next(field["type"] for field in _SCHEMA["fields"] if field["name"] == "entries")
_KINDS = {kind.value: kind for kind in FactKind}
_ENTRY_FIELDS = [field.name for field in fields(Entry)]


@dataclass(frozen=True, slots=True)
class Summary:
    """A key's state but for the facts of its busy months, and where those are."""

    state: KeyState
    slots: Mapping[int, int]


def pack(summary: Summary) -> bytes:
    """Return a summary as bytes."""
    state = summary.state
    record = {
        "item_id": state.item_id,
        "site_id": state.site_id,
        "folded_through": state.folded_through,
        "next_look_at": state.next_look_at,
        "alert": _values(state.alert, Alert),
        "opening": _values(state.ledger.opening, Opening),
        "slots": {str(month): slot for month, slot in sorted(summary.slots.items())},
        "entries": _records(state.ledger.entries),
    }
    return _written(_SCHEMA, record)


def unpack(packed: bytes) -> Summary:
    """Return the summary in bytes that `pack` made."""
    return _summary(fastavro.schemaless_reader(io.BytesIO(packed), _SCHEMA, None))


def unpack_head(packed: bytes) -> Summary:
    """Return a summary without any facts: a restart looks at every key, but not at all of it."""
    head: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(packed), _HEAD, None)
    return _summary({**head, "entries": ()})


def _summary(record: dict[str, Any]) -> Summary:
    alert, opening = record["alert"], record["opening"]
    ledger = Ledger.of(_entry(each) for each in record["entries"])
    state = KeyState(
        item_id=record["item_id"],
        site_id=record["site_id"],
        ledger=Ledger(ledger.months, None if opening is None else Opening(**opening)),
        alert=None if alert is None else Alert(**alert),
        folded_through=record["folded_through"],
        next_look_at=record["next_look_at"],
    )
    return Summary(state, {int(month): slot for month, slot in record["slots"].items()})


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Return the facts of one month as bytes."""
    return _written(_ENTRIES, _records(entries))


def unpack_entries(packed: bytes) -> tuple[Entry, ...]:
    """Return the facts in bytes that `pack_entries` made."""
    records = fastavro.schemaless_reader(io.BytesIO(packed), _ENTRIES, None)
    return tuple(map(_entry, records))


def _written(schema: Any, value: Any) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


def _values(what: Alert | Opening | None, kind: type[Alert | Opening]) -> dict[str, Any] | None:
    return None if what is None else {each.name: getattr(what, each.name) for each in fields(kind)}


def _records(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [{name: getattr(entry, name) for name in _ENTRY_FIELDS} for entry in entries]


def _entry(record: dict[str, Any]) -> Entry:
    record["kind"] = _KINDS[record["kind"]]
    return Entry(**record)
