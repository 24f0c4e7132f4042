"""A record in, the line of it that a person reads out."""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import SECOND, day_of, to_datetime
from domain.quantities import units
from operations.trace.coordinates import Coordinates
from operations.trace.tables import Row
from schemas.codec import Record

_IN_RAW = ("movement_type", "status", "kind", "item_id", "site_id", "item", "depot")
_POSITION = ("position_milli", "reorder_point_milli")
_MOST_COPIES = 5


def of_raw(record: Record) -> str:
    """Return what a raw record says, and where in its source it stood."""
    if not record:
        return ""
    said = [str(record[name]) for name in _IN_RAW if record.get(name)]
    quantity = record.get("quantity_milli")
    amount = f"{units(quantity):g}" if quantity is not None else record.get("quantity")
    if amount is not None:
        said.append(f"{amount} {record.get('unit') or ''}".strip())
    source = _source_row(record) or (
        f"document {record['document']}" if record.get("document") else ""
    )
    return " · ".join(
        [*([source] if source else []), *said, f"occurred {_when(record['occurred_at'])}"]
    )


def _source_row(record: Record) -> str:
    if record.get("row") is None:
        return ""
    sheet = f", sheet {record['sheet']}" if record.get("sheet") else ""
    return f"{record['file']}{sheet}, row {record['row']}"


def of_clean(row: Row) -> str:
    """Return what a clean record that is no fact says: a requisition line, mostly."""
    if "line_id" not in row:
        return str(row["event_id"])
    kind = "a service, so no demand of stock" if row["is_service"] else "asks for stock"
    flags = f" · {row['flags']}" if row["flags"] else ""
    return f"line {row['line_id']} · {kind}{flags}"


def of_fact(row: Row) -> str:
    """Return what a fact says of which key."""
    key = " at ".join(each for each in (row["item_id"], row["site_id"]) if each) or "every key"
    amount = (
        "" if row["quantity_milli"] is None else f" · {_amount(row['quantity_milli'], row['unit'])}"
    )
    flags = f" · {row['flags']}" if row["flags"] else ""
    return f"{row['event_id']} · {key}{amount}{flags}"


def of_decision(row: Row) -> str:
    """Return the position that was decided, and what that led to."""
    position, point = (f"{units(row[each]):g}" for each in _POSITION)
    led = "no transition" if row["transition"] == "none" else row["transition"]
    return (
        f"{row['item_id']} at {row['site_id']}: position {position}, reorder point {point}"
        f" {row['unit']} → {led}"
    )


def of_alert(row: Row) -> str:
    """Return what the operator is told."""
    return f"alert {row['alert_id']} · {row['message']}"


def of_delivery(row: Row) -> str:
    """Return what came of a delivery."""
    tried = f"{row['attempts']} attempt{'' if row['attempts'] == 1 else 's'}"
    answer = (
        f"answered {row['last_status']}" if row["last_status"] else (row["last_error"] or "not yet")
    )
    waited = row["first_attempt_at"] and (row["first_attempt_at"] - row["enqueued_at"]) / SECOND
    return f"{tried}, {answer}" + (
        f", first {waited:.3f} s after the outbox had it" if waited else ""
    )


def of_gold(row: Row) -> str:
    """Return the day that gold holds."""
    facts = "1 fact" if row["facts"] == 1 else f"{row['facts']} facts"
    on_hand = f"{units(row['on_hand_end_milli'] or 0):g}"
    return f"{day_of(row['date']).isoformat()}: {facts}, on hand at its end {on_hand}"


def of_copies(copies: Sequence[Coordinates]) -> str:
    """Return where else the same record is."""
    if not copies:
        return ""
    shown = ", ".join(f"[{each.partition}]@{each.offset}" for each in copies[:_MOST_COPIES])
    more = len(copies) - _MOST_COPIES
    return f"also at {shown}" + (f" and {more} more" if more > 0 else "")


def _amount(milli: int, unit: str | None) -> str:
    return f"{units(milli):g} {unit or ''}".strip()


def _when(instant: int) -> str:
    return to_datetime(instant).strftime("%Y-%m-%d %H:%M UTC")
