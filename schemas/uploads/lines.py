"""One line of an upload in, the raw record that it becomes and its key out, or why it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.facts import fact_key
from domain.identity import stable_id
from domain.instants import SECOND
from schemas.codec import Record
from schemas.requisition_columns import HEADERS
from schemas.requisition_export import RawLine
from schemas.uploads.cells import Cells, When
from schemas.uploads.kinds import MOVEMENTS, STATUSES, TOPICS, UploadKind
from schemas.uploads.masters import item_content, site_content
from schemas.uploads.reasons import RefusedLineError, RowReason

SOURCE = "upload"
_TRANSFERS = frozenset({"transferred_out", "transferred_in"})
_CLOCK_TOLERANCE = 300 * SECOND  # of the sender's clock and ours


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a line takes over from its upload."""

    upload_id: str
    received_at: int
    file: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """One line that can be published.

    Attributes:
        defaulted: nobody said when it was learnt: the upload's time stands for that.
        once: what its upload may say but one thing of, where that is not its event_id.
    """

    topic: str
    key: str
    record: Record
    defaulted: bool = False
    once: str | None = None

    @property
    def event_id(self) -> str:
        """Its identity, which follows from its content."""
        return str(self.record["event_id"])

    @property
    def identity(self) -> str:
        """What stands for one content only."""
        return self.once or self.event_id

    @property
    def content(self) -> tuple[str, str | None]:
        """What a repeat must say too, and when it was learnt unless nobody said."""
        apart = {"recorded_at", "upload_id", "file", "sheet", "row"}
        said = (repr(self.record[name]) for name in sorted(self.record) if name not in apart)
        return stable_id(*said), None if self.defaulted else str(self.record["recorded_at"])


def read_line(
    kind: UploadKind,
    written: Mapping[str, str | None],
    *,
    decimal_sign: str,
    row: int,
    arrival: Arrival,
) -> ReadyLine:
    """Return what a line becomes.

    Args:
        kind: of the file.
        written: field → the cell's text, None for an empty one.
        decimal_sign: of the file.
        row: where it stands.
        arrival: which upload it came with, and when.

    Raises:
        RefusedLineError: a rule is broken.
    """
    if kind is UploadKind.REQUISITIONS:
        return _requisition(written, decimal_sign, row, arrival)
    return _READERS[kind](Cells(written, decimal_sign), arrival)


def _requisition(
    written: Mapping[str, str | None], decimal_sign: str, row: int, arrival: Arrival
) -> ReadyLine:
    """Return the line as it stands: what is wrong with it, cleaning says with a dead letter."""
    line = RawLine(
        cells=tuple(written[name] for name in HEADERS),
        decimal_sign=decimal_sign,
        file=arrival.file,
        sheet=arrival.sheet,
        row=row,
    )
    record = line.record(upload_id=arrival.upload_id)
    return ReadyLine(TOPICS[UploadKind.REQUISITIONS], line.key, record)


def _movement(cells: Cells, arrival: Arrival) -> ReadyLine:
    kind = cells.one_of("movement_type", MOVEMENTS)
    document, line = cells.identifier("document"), cells.identifier("line")
    corrects = _corrects(cells, document, line)
    site_id = cells.code("site_id")
    milli = cells.quantity("quantity", signed=kind == "adjusted")
    if milli == 0 and corrects is None:
        raise RefusedLineError(RowReason.ZERO, "quantity")
    transfer_id, counterpart = _transfer(cells, kind, site_id)
    occurred = cells.when("occurred_at")
    event_id = cells.optional_identifier("event_id") or stable_id(
        SOURCE, "stock-movement", document, line, corrects
    )
    if corrects == event_id:
        raise RefusedLineError(RowReason.CORRECTS_ITSELF, "corrects")
    return _keyed(
        UploadKind.STOCK_MOVEMENTS,
        cells,
        arrival,
        event_id,
        occurred,
        corrects=corrects,
        content={
            "site_id": site_id,
            "document": document,
            "line": line,
            "movement_type": kind,
            "quantity_milli": milli,
            "precision": occurred.precision,
            "transfer_id": transfer_id,
            "counterpart_site_id": counterpart,
            "order_id": cells.optional_identifier("order_id"),
        },
    )


def _count(cells: Cells, arrival: Arrival) -> ReadyLine:
    document, line = cells.identifier("document"), cells.identifier("line")
    corrects = _corrects(cells, document, line)
    occurred = cells.when("occurred_at", day_means_its_end=True)
    return _keyed(
        UploadKind.STOCK_COUNTS,
        cells,
        arrival,
        stable_id(SOURCE, "stock-count", document, line, corrects),
        occurred,
        corrects=corrects,
        content={
            "site_id": cells.code("site_id"),
            "document": document,
            "line": line,
            "quantity_milli": cells.quantity("quantity"),
            "precision": occurred.precision,
            "cancelled": cells.yes("cancelled"),
        },
    )


def _order(cells: Cells, arrival: Arrival) -> ReadyLine:
    order_id, line = cells.identifier("order_id"), cells.identifier("line")
    status, occurred = cells.one_of("status", STATUSES), cells.when("occurred_at")
    return _keyed(
        UploadKind.PURCHASE_ORDERS,
        cells,
        arrival,
        stable_id(SOURCE, "purchase-order", order_id, line, status, str(occurred.at)),
        occurred,
        content={
            "site_id": cells.code("site_id"),
            "order_id": order_id,
            "line": line,
            "status": status,
            "quantity_milli": cells.quantity("quantity"),
            "due_on": cells.day("due_on"),
        },
    )


def _item(cells: Cells, arrival: Arrival) -> ReadyLine:
    content = item_content(cells)
    return _master(UploadKind.ITEMS, "item", str(content["item_id"]), content, arrival)


def _site(cells: Cells, arrival: Arrival) -> ReadyLine:
    content = site_content(cells)
    return _master(UploadKind.SITES, "site", str(content["site_id"]), content, arrival)


_READERS: dict[UploadKind, Callable[[Cells, Arrival], ReadyLine]] = {
    UploadKind.STOCK_MOVEMENTS: _movement,
    UploadKind.STOCK_COUNTS: _count,
    UploadKind.PURCHASE_ORDERS: _order,
    UploadKind.ITEMS: _item,
    UploadKind.SITES: _site,
}


def _corrects(cells: Cells, document: str, line: str) -> str | None:
    corrects = cells.optional_identifier("corrects")
    if corrects == f"{document}/{line}":
        raise RefusedLineError(RowReason.CORRECTS_ITSELF, "corrects")
    return corrects


def _transfer(cells: Cells, kind: str, site_id: str) -> tuple[str | None, str | None]:
    if kind not in _TRANSFERS:
        return None, None
    for name in ("transfer_id", "counterpart_site_id"):
        if not cells.text(name):
            raise RefusedLineError(RowReason.MISSING_TRANSFER, name)
    counterpart = cells.code("counterpart_site_id")
    if counterpart == site_id:
        raise RefusedLineError(
            RowReason.TRANSFER_TO_ITSELF, "counterpart_site_id", value=counterpart
        )
    return cells.identifier("transfer_id"), counterpart


def _keyed(
    kind: UploadKind,
    cells: Cells,
    arrival: Arrival,
    event_id: str,
    occurred: When,
    *,
    content: Record,
    corrects: str | None = None,
) -> ReadyLine:
    """Return a line of one item at one site."""
    defaulted = not cells.text("recorded_at")
    recorded_at = arrival.received_at if defaulted else _recorded(cells, arrival)
    envelope = _envelope(event_id, occurred.at, recorded_at, arrival)
    key = {"item_id": cells.code("item_id")}
    record = {**envelope, "corrects": corrects, **key, **content}
    return ReadyLine(TOPICS[kind], fact_key(key["item_id"], content["site_id"]), record, defaulted)


def _recorded(cells: Cells, arrival: Arrival) -> int:
    recorded = cells.when("recorded_at").at
    if recorded > arrival.received_at + _CLOCK_TOLERANCE:
        raise RefusedLineError(
            RowReason.RECORDED_IN_FUTURE, "recorded_at", value=cells.text("recorded_at")
        )
    return recorded


def _master(kind: UploadKind, name: str, code: str, content: Record, arrival: Arrival) -> ReadyLine:
    """Return one version of a master; its id depends on all that it says, and when."""
    said = ";".join(f"{each}={content[each]!r}" for each in sorted(content))
    event_id = stable_id(SOURCE, name, code, str(arrival.received_at), said)
    at = arrival.received_at
    record = {**_envelope(event_id, at, at, arrival), **content}
    # Two versions of one instant: which of them holds would be chance.
    once = stable_id("once", arrival.upload_id, name, code)
    return ReadyLine(TOPICS[kind], code, record, defaulted=True, once=once)


def _envelope(event_id: str, occurred_at: int, recorded_at: int, arrival: Arrival) -> Record:
    return {
        "event_id": event_id,
        "occurred_at": occurred_at,
        "recorded_at": recorded_at,
        "source": SOURCE,
        "corrects": None,
        "upload_id": arrival.upload_id,
    }
