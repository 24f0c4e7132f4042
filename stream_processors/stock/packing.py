"""A key's state ↔ the bytes of the table, its changelog and nothing else."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import fastavro

from domain.facts import FactKind
from domain.stock.decide import KeyState
from domain.stock.decision import Alert
from domain.stock.ledger import Entry, Ledger

_SCHEMA = fastavro.parse_schema(
    json.loads((Path(__file__).parent / "key_state.avsc").read_text(encoding="utf-8"))
)
_ENTRY_FIELDS = [field.name for field in fields(Entry)]
_ALERT_FIELDS = [field.name for field in fields(Alert)]


def pack(state: KeyState) -> bytes:
    """Return a key's state as bytes."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, _SCHEMA, _record(state))
    return out.getvalue()


def unpack(packed: bytes) -> KeyState:
    """Return the state in bytes that `pack` made."""
    record: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(packed), _SCHEMA, None)
    alert = record["alert"]
    return KeyState(
        item_id=record["item_id"],
        site_id=record["site_id"],
        ledger=Ledger(tuple(_entry(each) for each in record["entries"])),
        alert=None if alert is None else Alert(**alert),
        folded_through=record["folded_through"],
        next_look_at=record["next_look_at"],
    )


def _record(state: KeyState) -> dict[str, Any]:
    alert = state.alert
    return {
        "item_id": state.item_id,
        "site_id": state.site_id,
        "folded_through": state.folded_through,
        "next_look_at": state.next_look_at,
        "alert": alert and {name: getattr(alert, name) for name in _ALERT_FIELDS},
        "entries": [
            {name: getattr(entry, name) for name in _ENTRY_FIELDS} for entry in state.ledger.entries
        ],
    }


def _entry(record: dict[str, Any]) -> Entry:
    return Entry(**{**record, "kind": FactKind(record["kind"])})
