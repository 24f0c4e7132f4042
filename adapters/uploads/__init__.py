"""An uploaded file in, raw events on Kafka and an account of every line out."""

from adapters.uploads.intake import MOST_BYTES, MOST_LINES, Intake, too_large
from adapters.uploads.store import Published, Rejection, Upload, UploadState, UploadStore

__all__ = [
    "MOST_BYTES",
    "MOST_LINES",
    "Intake",
    "Published",
    "Rejection",
    "Upload",
    "UploadState",
    "UploadStore",
    "too_large",
]
