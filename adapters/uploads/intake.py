"""One file in: each line refused with a reason, or published with an id of its content."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from adapters.kafka.events import EventPublisher, TimedEvent
from adapters.spreadsheets import (
    FileRefusal,
    Layout,
    Line,
    RefusedFileError,
    Survey,
    lines_of,
    survey,
)
from adapters.uploads.identities import Identities
from adapters.uploads.store import Published, Rejection, Upload, UploadState, UploadStore
from domain.identity import stable_id
from schemas.uploads import (
    COLUMNS,
    Arrival,
    ReadyLine,
    RefusedLineError,
    RowReason,
    UploadKind,
    headers,
    read_line,
)

# A year of movements of a depot is some megabytes: what is larger is another file by mistake.
MOST_BYTES = 64 << 20
MOST_LINES = 100_000  # some 15 to 25 seconds on one core, and somebody waits
_MOST_INFLATED_BYTES = 256 << 20  # of a workbook: a small archive can hold a huge sheet
_PATIENCE_SECONDS = 30.0  # somebody waits for the answer
_LONGEST_SHOWN = 60  # of a cell of a refused line
_BATCH = 2000  # lines between two transactions of the store
# The cells of a requisition are its identity: no two contents can meet under one.
_CANNOT_CONFLICT = UploadKind.REQUISITIONS
_MASTERS = {UploadKind.ITEMS: "item_id", UploadKind.SITES: "site_id"}


class Intake:
    """Takes files, one at a time.

    Args:
        store: remembers them.
        publisher: makes a publisher; a new one for each file, for one that has failed stays so.
        clock: microseconds since 1970 UTC.
    """

    def __init__(
        self,
        store: UploadStore,
        publisher: Callable[[], EventPublisher],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._one_at_a_time = threading.Lock()

    def receive(self, kind: UploadKind, path: Path) -> Upload:
        """Publish what a file says and return the account of it.

        The same bytes are the same upload: once it is in the log, nothing is published again.
        One that broke off is taken up from its beginning, with the same ids.

        Raises:
            RefusedFileError: nothing of the file can be used.
            PlatformError: the broker or the registry could not be used; try again.
        """
        with self._one_at_a_time:
            _require_size(path)
            upload_id = stable_id("upload", kind, _digest(path))
            held = self._store.find(upload_id)
            if held is not None and held.state is not UploadState.RECEIVING:
                return held
            found = survey(path, _layout(kind), most_lines=MOST_LINES)
            upload = Upload(
                upload_id=upload_id,
                kind=kind,
                file=path.name,
                received_at=held.received_at if held else self._clock(),
                state=UploadState.RECEIVING,
                notices=tuple(found.notices),
            )
            self._store.begin(upload)
            return self._published(upload, kind, path, found)

    def _published(self, upload: Upload, kind: UploadKind, path: Path, found: Survey) -> Upload:
        publisher = self._publisher()
        rows, accepted = 0, 0
        lines = lines_of(path, found)
        arrival = Arrival(upload.upload_id, upload.received_at, upload.file, found.sheet)
        read = partial(read_line, kind, decimal_sign=found.decimal_sign, arrival=arrival)
        while batch := list(islice(lines, _BATCH)):
            rows += len(batch)
            accepted += self._batch(upload, kind, batch, read, publisher)
        done = replace(
            upload,
            state=UploadState.PUBLISHED,
            rows=rows,
            accepted=accepted,
            rejected=rows - accepted,
        )
        self._store.finish(done)
        return done

    def _batch(
        self,
        upload: Upload,
        kind: UploadKind,
        batch: Sequence[Line],
        read: Callable[..., ReadyLine],
        publisher: EventPublisher,
    ) -> int:
        """Publish the good lines of a batch, keep the account of all, return how many are good.

        In one transaction: an identity is taken only once its record is in the log.
        """
        refused, where, accepted = list[Rejection](), list[Published](), 0
        with self._store.transaction() as db:
            identities = Identities(db, upload.upload_id, upload.file)
            for line in batch:
                try:
                    good = read(line.cells, row=line.row)
                    if kind is not _CANNOT_CONFLICT:
                        _require_own_identity(identities, kind, good, line.row)
                except RefusedLineError as error:
                    refused.append(_refused(line, error))
                    continue
                accepted += 1
                event = TimedEvent(good.topic, good.key, good.record)
                publisher.publish([event], partial(_note, where, line.row, good.key))
            publisher.flush(_PATIENCE_SECONDS)
            self._store.keep(db, upload.upload_id, where, refused)
        return accepted


def too_large(file: str, size: int | None = None) -> RefusedFileError:
    """Return the refusal of a file above the limit, whose size may not be known."""
    found = f"{size:,} bytes" if size is not None else f"more than {MOST_BYTES:,} bytes"
    detail = f"{file}: {found}; the limit is {MOST_BYTES >> 20} MiB: split the file"
    said = f"O arquivo passa do limite de {MOST_BYTES >> 20} MiB: divida-o."
    return RefusedFileError(FileRefusal.TOO_LARGE, detail, portuguese=said)


def _layout(kind: UploadKind) -> Layout:
    columns = dict(zip(headers(kind), COLUMNS[kind], strict=True))
    return Layout(
        f"file of {kind}",
        headers(kind),
        numbers=tuple(name for name, column in columns.items() if column.number),
        optional=frozenset(name for name, column in columns.items() if column.optional),
    )


def _refused(line: Line, error: RefusedLineError) -> Rejection:
    cells = {name: (text or "")[:_LONGEST_SHOWN] for name, text in line.cells.items()}
    return Rejection(line.row, error.column, error.reason, error.values, cells)


def _require_own_identity(
    identities: Identities, kind: UploadKind, line: ReadyLine, row: int
) -> None:
    first = identities.conflict(line, row)
    if first is not None:
        raise RefusedLineError(
            RowReason.TWO_VERSIONS if kind in _MASTERS else RowReason.CONFLICTING_DUPLICATE,
            _MASTERS.get(kind, "event_id"),
            where_pt=f" ({first.file}, linha {first.row})",
            where_en=f" ({first.file}, row {first.row})",
        )


def _note(where: list[Published], row: int, key: str, *delivered: Any) -> None:
    """Keep a delivery: event_id, topic, partition and offset."""
    where.append(Published(row, delivered[0], key, *delivered[1:]))


def _require_size(path: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise too_large(path.name, size)
    try:
        with zipfile.ZipFile(path) as archive:
            inflated = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # no workbook, or a damaged one: the survey says so
    if inflated > _MOST_INFLATED_BYTES:
        detail = f"{path.name}: a workbook of {inflated:,} bytes once it is unpacked; split it"
        raise RefusedFileError(FileRefusal.TOO_LARGE, detail)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
