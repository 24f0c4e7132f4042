"""What is said of an upload: what was refused at once, and what became of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from adapters.uploads import Published, Rejection, Upload, UploadState
from domain.instants import to_datetime
from schemas.uploads import RowReason, UploadKind, sentences


class RejectedRow(BaseModel):
    """One line that was not published."""

    row: int = Field(description="As a spreadsheet counts it, from 1.")
    column: str = Field(description="Header of the column at fault.")
    reason: RowReason
    message_pt: str = Field(description="Why, in Portuguese; to follow the column's name.")
    message_en: str = Field(description="The same in English.")
    cells: dict[str, str] = Field(description="The line as it stands, long cells cut.")


class DeadLetterRow(BaseModel):
    """One line that was published, and refused by cleaning."""

    row: int
    reason: str = Field(description="As in the list of dead letters.")
    detail: str


class UploadAnswer(BaseModel):
    """One upload."""

    upload_id: str = Field(description="Follows from the kind and the bytes of the file.")
    kind: UploadKind
    file: str
    received_at: datetime
    status: UploadState = Field(
        description="receiving: not all of it is in the log yet (send it again if it stays so); "
        "published: it is; applied: every record of it is accounted for."
    )
    rows: int = Field(description="Lines of the file.")
    accepted: int = Field(description="Lines that were published.")
    rejected_count: int = Field(description="Lines that were refused.")
    rejected: list[RejectedRow] = Field(description="The first thousand of them.")
    applied: int = Field(description="Records that became facts.")
    duplicates: int = Field(description="Records that repeat what was known.")
    dead_letter_count: int
    dead_letters: list[DeadLetterRow] = Field(description="The first thousand of them.")
    pending: int = Field(description="Records that nobody has accounted for yet.")
    notices: list[str] = Field(description="What to know of how the file was read.")


class UploadList(BaseModel):
    """The uploads that came last."""

    items: list[UploadAnswer] = Field(description="The newest first, without their lines.")


def upload_answer(
    upload: Upload,
    outcomes: Mapping[str, int],
    *,
    refused: Sequence[Rejection] = (),
    dead: Sequence[Published] = (),
) -> UploadAnswer:
    """Return one upload as it stands."""
    return UploadAnswer(
        upload_id=upload.upload_id,
        kind=UploadKind(upload.kind),
        file=upload.file,
        received_at=to_datetime(upload.received_at),
        status=upload.state,
        rows=upload.rows,
        accepted=upload.accepted,
        rejected_count=upload.rejected,
        rejected=[_rejected(each) for each in refused],
        applied=outcomes.get("applied", 0),
        duplicates=outcomes.get("duplicate", 0),
        dead_letter_count=outcomes.get("dead_letter", 0),
        dead_letters=[
            DeadLetterRow(row=each.row, reason=each.reason or "", detail=each.detail or "")
            for each in dead
        ],
        pending=outcomes.get("pending", 0),
        notices=list(upload.notices),
    )


def _rejected(line: Rejection) -> RejectedRow:
    reason = RowReason(line.reason)
    portuguese, english = sentences(reason, line.values)
    return RejectedRow(
        row=line.row,
        column=line.column,
        reason=reason,
        message_pt=portuguese,
        message_en=english,
        cells=line.cells,
    )
