"""Raw requisition lines in, clean lines and the demand they state out."""

from __future__ import annotations

from schemas.codec import Record
from stream_processors.cleaning.records import CleanOutput, RawRecord


def clean_requisition_line(record: Record, raw: RawRecord) -> list[CleanOutput]:
    raise NotImplementedError
