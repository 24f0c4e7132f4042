"""The lines of an uploaded file in, raw records or the reasons why not out."""

from schemas.uploads.kinds import COLUMNS, TOPICS, Column, UploadKind, headers
from schemas.uploads.lines import Arrival, ReadyLine, read_line
from schemas.uploads.reasons import RefusedLineError, RowReason, sentences

__all__ = [
    "COLUMNS",
    "TOPICS",
    "Arrival",
    "Column",
    "ReadyLine",
    "RefusedLineError",
    "RowReason",
    "UploadKind",
    "headers",
    "read_line",
    "sentences",
]
